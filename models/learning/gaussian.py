"""Gaussian weights that learn from one decision after the other, each by one damped Newton step.

This is assumed-density filtering, kin of AROW (Crammer et al., NIPS 2009) and of adPredictor (Graepel et al., ICML
2010), for the logistic loss.
"""

from collections.abc import Sequence
from math import exp
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

DOUBT: Final = 0.02
"""The share of approvals that are taken for slips. A rejection needs a chosen reason, so it is not doubted."""


class Step(NamedTuple):
    """slope, curvature: of the log-likelihood of one decision, along the log-odds; curvature is at least 0."""

    slope: float
    curvature: float


def step_at(log_odds: float, *, unwanted: bool, weight: float) -> Step:
    """The step that one decision asks for. weight: in [0, 1], how much it counts."""
    sign = 1.0 if unwanted else -1.0
    chance = 1.0 / (1.0 + exp(-max(-35.0, min(35.0, sign * log_odds))))  # of what was decided
    if unwanted:
        return Step((1.0 - chance) * weight, chance * (1.0 - chance) * weight)
    doubted = (1.0 - DOUBT) * chance + DOUBT * (1.0 - chance)
    clear = (1.0 - 2.0 * DOUBT) * chance * (1.0 - chance)
    return Step(-clear / doubted * weight, clear * clear / (doubted * (1.0 - doubted)) * weight)


class Gaussian:
    """A few weights with their whole covariance."""

    def __init__(self, mean: Sequence[float], variances: Sequence[float]) -> None:
        self.mean: NDArray[np.float64] = np.array(mean, dtype=np.float64)
        self._covariance: NDArray[np.float64] = np.diag(np.array(variances, dtype=np.float64))

    def learn(self, inputs: NDArray[np.float64], step: Step, *, other_variance: float = 0.0) -> float:
        """Take one step. other_variance: what weights elsewhere add to the variance of the log-odds.

        Returns the step's damping, in (0, 1].
        """
        along = self._covariance @ inputs
        damping = 1.0 / (1.0 + step.curvature * (float(inputs @ along) + other_variance))
        self.mean += along * (step.slope * damping)
        self._covariance -= (step.curvature * damping) * np.outer(along, along)
        return damping
