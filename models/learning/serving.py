"""Adds what the sites' decisions taught to a batch of texts, some of which may be of sites that learned nothing."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.features.ngrams import Hashes
from models.inference.linear_heads import Doubles, Sums
from models.learning.observation import BUCKETS
from models.learning.site_model import BadSiteModel, SiteModel

HEADS = 2


class ServedModel(NamedTuple):
    """The weights of a site. id: their name. is_in_force: whether the site's own line decides, or is only noted."""

    id: str
    weights: SiteModel
    is_in_force: bool = False


class ServedModels:
    """The weights that were used lately, by the ids of their models. Weights never change under an id."""

    MOST = 64

    def __init__(self) -> None:
        self._weights: dict[str, SiteModel | None] = {}

    def missing(self, model_ids: Iterable[str]) -> list[str]:
        """Those of these models that are not kept."""
        return [id for id in dict.fromkeys(model_ids) if id not in self._weights]

    def keep(self, model_id: str, stored: bytes) -> None:
        """Keep the weights of a model, as they were stored. Of weights that this version cannot read, keep nothing:
        the shipped line serves then."""
        try:
            self._weights[model_id] = SiteModel.from_bytes(stored)
        except BadSiteModel:
            self._weights[model_id] = None
        while len(self._weights) > self.MOST:
            del self._weights[next(iter(self._weights))]

    def get(self, model_id: str, *, is_in_force: bool) -> ServedModel | None:
        """A kept model, to be served."""
        weights = self._weights.get(model_id)
        return None if weights is None else ServedModel(model_id, weights, is_in_force)


class LearnedWords(NamedTuple):
    """What the words of a batch add to the site's log-odds of spam and of abuse, beside the shipped model's.

    totals: shape (n_texts, 2). words: shape (n_words, 2), what each word adds where the site's line is in force, at
    its first occurrence in the text. scales: shape (n_texts, 2), how far the shipped log-odds are trusted there.
    """

    totals: Doubles
    words: Doubles
    scales: Doubles


def learned_words(
    models: Sequence[ServedModel | None], sums: Sums, hashes: Hashes, has_words: Sequence[bool]
) -> LearnedWords | None:
    """Sum them for a batch; None when no text is of a site with weights. models, has_words: for each text."""
    if not any(models):
        return None
    lengths = sums.ends - sums.starts
    buckets = (hashes & np.uint64(BUCKETS - 1)).astype(np.uint32)
    counted = sums.distinct & np.array(has_words).repeat(lengths)
    factors = np.add.reduceat(counted, sums.starts, dtype=np.float64)
    factors = counted * (np.maximum(1.0, factors) ** -0.5).repeat(lengths)
    words, scales = np.zeros((len(buckets), HEADS)), np.ones((len(models), HEADS))
    in_force = np.array([model is not None and model.is_in_force for model in models])
    for n, model in enumerate(models):
        if model is not None and model.is_in_force:
            scales[n] = [head.scale for head in model.weights]
    for served, places in _places_by_model(models, lengths):
        for head, weights in enumerate(served.weights):
            words[places, head] = weights.word_weights(buckets[places]) * factors[places]
    totals = np.add.reduceat(words, sums.starts, axis=0)
    words *= in_force.repeat(lengths)[:, None]
    return LearnedWords(totals, words, scales)


def _places_by_model(
    models: Sequence[ServedModel | None], lengths: NDArray[np.int64]
) -> list[tuple[ServedModel, NDArray[np.bool_] | slice]]:
    """Each of the models with the places of the words of its texts."""
    by_id = {model.id: model for model in models if model}
    if len(by_id) == 1 and all(models):
        return [(model, slice(None)) for model in by_id.values()]
    owners = np.array([model.id if model else "" for model in models]).repeat(lengths)
    return [(model, owners == id) for id, model in by_id.items()]
