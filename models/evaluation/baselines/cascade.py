"""A cascade: a second classifier decides only the comments of which the first is least sure."""

from typing import Final

import numpy as np

from models.evaluation.baselines.benchmark import FLAGGED, Scores, average
from models.evaluation.baselines.data import Doubles

UNCERTAIN_SHARE: Final = 0.05


def cascade(first: Scores, second: Scores) -> Scores:
    """The first classifier's scores, with those in_band its threshold reordered by the mean of both.

    "Near" is a band around the threshold that flags FLAGGED of Wikipedia's comments; it has UNCERTAIN_SHARE of them.
    Scores stay inside the band.
    """
    wiki, both = first["jigsaw"], average(first, second)
    low, high = (np.quantile(wiki, 1.0 - FLAGGED + side * UNCERTAIN_SHARE / 2, axis=0) for side in (-1, 1))
    in_band = (wiki > low) & (wiki < high)
    middle, spread = (statistic(both["jigsaw"], axis=0, where=in_band) for statistic in (np.mean, np.std))

    def rescored(name: str) -> Doubles:
        position = 1.0 / (1.0 + np.exp(-(both[name] - middle) / spread))
        uncertain = (first[name] > low) & (first[name] < high)
        return np.where(uncertain, low + (high - low) * position, first[name])

    return {name: rescored(name) for name in first}
