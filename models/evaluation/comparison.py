"""Predictions of our model and of alt-profanity-check, and rows of the card's tables."""

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

Probabilities = Mapping[str, NDArray[np.float64]]
Row = dict[str, Any]


class Predictor:
    """Predicts with our model, and with alt-profanity-check if it is installed."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer

    def predict(self, texts: Sequence[str]) -> Probabilities:
        """The probability of each of our labels for texts, each shape (n_texts,)."""
        return self.predict_submissions([ScoringInput(body=text) for text in texts])

    def predict_submissions(self, submissions: Sequence[ScoringInput]) -> Probabilities:
        """The same for whole submissions."""
        scores = self.scorer.score_many(submissions, with_evidence=False)
        return {label: np.array([score.labels[label] for score in scores]) for label in LABELS}

    @lru_cache(maxsize=64)  # noqa: B019  (the program has one predictor)
    def peer(self, texts: tuple[str, ...]) -> NDArray[np.float64] | None:
        """alt-profanity-check's probabilities, shape (n_texts,); None if it is not installed."""
        return profanity_check(texts)


def row_of(on: str, measure: str, ours: Figure, peer: Figure | None = None) -> Row:
    """A row of a table: the data set, the measure, our figure and the peer's."""
    return {"on": on, "measure": measure, "ours": asdict(ours), "peer": None if peer is None else asdict(peer)}
