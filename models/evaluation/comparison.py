"""Who is judged: our model, and the peer beside it; and a row of the card's tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluation.metrics import Figure
from models.evaluation.third_party import profanity_check
from models.scorer import Scorer, ScoringInput
from models.training.datasets import LABELS

Chances = Mapping[str, NDArray[np.float64]]
Row = dict[str, Any]


class Judge:
    """Scores texts with a model, and with the peer where that is installed."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer

    def ours(self, texts: Sequence[str]) -> Chances:
        """The probabilities of our labels for bare texts."""
        return self.read([ScoringInput(body=text) for text in texts])

    def read(self, readings: Sequence[ScoringInput]) -> Chances:
        """The probabilities of our labels for whole submissions, each shape (n_readings,)."""
        scores = self.scorer.score_many(readings, told=False)
        return {label: np.array([score.labels[label] for score in scores]) for label in LABELS}

    @lru_cache(maxsize=64)  # noqa: B019  (one judge lives as long as the program)
    def theirs(self, texts: tuple[str, ...]) -> NDArray[np.float64] | None:
        """What alt-profanity-check says of the texts, shape (n_texts,); None where it is not installed."""
        return profanity_check(texts)


def row_of(on: str, measure: str, ours: Figure, peer: Figure | None = None) -> Row:
    """A line of a table: on what, which measure, and the figures."""
    return {"on": on, "measure": measure, "ours": asdict(ours), "peer": None if peer is None else asdict(peer)}
