"""Adds what the sites' decisions taught to a batch of texts, some of which may be of sites that learned nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from models.features.ngrams import Hashes
from models.inference.linear_heads import Doubles, Sums
from models.learning.observation import BUCKETS
from models.learning.site_model import BadSiteModel, SiteModel

HEADS = 2


@dataclass(frozen=True)
class ServedModel:
    """The weights of a site. id: their name. is_in_force: whether the site's own line decides, or is only noted."""

    id: str
    weights: SiteModel
    is_in_force: bool = False

    @cached_property
    def sign_weights(self) -> tuple[list[float], list[float]]:
        """What each of `FEATURES` adds to spam and to abuse for a value of 1."""
        return self.weights.spam.sign_weights, self.weights.abuse.sign_weights

    @cached_property
    def table(self) -> "WordTable":
        """The words of both heads."""
        return WordTable.of(self.weights)


class WordTable(NamedTuple):
    """The words of both heads together, so that each is looked up once.

    words: shape (n,), uint32, ascending. weights: shape (n, 2), what each adds to the log-odds if it is the only one.
    """

    words: NDArray[np.uint32]
    weights: Doubles

    @classmethod
    def of(cls, model: SiteModel) -> Self:
        """The table of a model; one word of no weight where it has none."""
        words = np.union1d(np.zeros(1, np.uint32), np.concatenate([head.words for head in model.heads]))
        return cls(words, np.stack([head.word_weights(words) for head in model.heads], axis=1))

    def weights_of(self, buckets: NDArray[np.uint32]) -> Doubles:
        """Shape (len(buckets), 2); 0 for words that were not learned."""
        places = self.words.searchsorted(buckets)
        found = self.words.take(places, mode="clip") == buckets
        weights: Doubles = self.weights.take(places, axis=0, mode="clip")
        weights *= found[:, None]
        return weights


class Serving(Protocol):
    """Which model serves a site."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def is_in_force(self) -> bool:
        """Whether the site's own line decides."""


class StoredModels(Protocol):
    """Where the models of sites are kept."""

    def serving_ids(self, site_ids: Collection[str], *, model: str) -> Mapping[str, Serving]:
        """The models of those of the sites that have a line of their own. model: the shipped model's version."""

    def weights(self, model_id: str) -> bytes:
        """The weights of a model."""


class ServedModels:
    """The weights that were used lately, by the ids of their models. Weights never change under an id.

    Thread-safe: two threads may read the same weights, and then both have them.
    """

    MOST = 64

    def __init__(self) -> None:
        self._kept: dict[tuple[str, bool], ServedModel | None] = {}

    def of_sites(self, stored: StoredModels, site_ids: Sequence[str], *, model: str) -> list[ServedModel | None]:
        """For each of these sites its own model; None where it has none. model: the shipped model's version."""
        serving = stored.serving_ids(set(site_ids), model=model)
        served = {site_id: self._served(stored, each) for site_id, each in serving.items()}
        return [served.get(site_id) for site_id in site_ids]

    def _served(self, stored: StoredModels, serving: Serving) -> ServedModel | None:
        """None for weights that this version cannot read: the shipped line serves then."""
        key = (serving.id, serving.is_in_force)
        if key not in self._kept:
            kept = self._kept if len(self._kept) < self.MOST else {}
            try:
                weights = SiteModel.from_bytes(stored.weights(serving.id))
                self._kept = {**kept, key: ServedModel(serving.id, weights, serving.is_in_force)}
            except BadSiteModel:
                self._kept = {**kept, key: None}
        return self._kept.get(key)


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
            scales[n] = [head.scale for head in model.weights.heads]
    for served, places in _places_by_model(models, lengths):
        words[places] = served.table.weights_of(buckets[places]) * factors[places, None]
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
