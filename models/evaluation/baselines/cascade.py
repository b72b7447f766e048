"""A second opinion: another judge that is asked only about the comments of which the first is least sure."""

from typing import Final

import numpy as np

from models.evaluation.baselines.benchmark import FLAGGED, Scores, joined
from models.evaluation.baselines.data import Doubles

DOUBTFUL: Final = 0.05


def second_opinion(first: Scores, second: Scores) -> Scores:
    """The first judge's scores, those near its line put in a new order by the mean of both.

    What is near is a share of Wikipedia's comments around the line that flags FLAGGED of them. Nothing leaves that
    band: the mean is squeezed between its ends.
    """
    wiki, both = first["jigsaw"], joined(first, second)
    low, high = (np.quantile(wiki, 1.0 - FLAGGED + side * DOUBTFUL / 2, axis=0) for side in (-1, 1))
    near = (wiki > low) & (wiki < high)
    middle, spread = (measure(both["jigsaw"], axis=0, where=near) for measure in (np.mean, np.std))

    def settled(name: str) -> Doubles:
        place = 1.0 / (1.0 + np.exp(-(both[name] - middle) / spread))
        doubtful = (first[name] > low) & (first[name] < high)
        return np.where(doubtful, low + (high - low) * place, first[name])

    return {name: settled(name) for name in first}
