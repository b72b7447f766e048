"""Platt scaling: a logistic curve from the sum of a text and of its strongest window to a probability."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.features.ngrams import Floats
from models.inference.linear_heads import Doubles

RARE_SHARE: Final = 1 / 10
"""The share of positives that probabilities assume where the training data have no natural one. For spam: among what
passes the form's traps of a site without a history. For abuse in other languages: as on English Wikipedia."""


@dataclass(frozen=True, slots=True)
class Curve:
    """log-odds = whole * (whole sum) + peak * (peak sum) + bias."""

    whole: float
    peak: float
    bias: float


def fit_curve(sums: Doubles, peak: float, truth: Floats, weight: Floats, *, rare: bool = False) -> Curve:
    """Fit the curve by weighted log-loss.

    sums, truth, weight: shape (n_texts,); sums are whole + peak * (peak sum). rare: reweight the classes as if
    RARE_SHARE of the texts were positive. Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines".
    """
    weights = weight.astype(np.float64) / weight.sum()
    if rare:
        share = float(weights[truth > 0.5].sum())
        weights = np.where(truth > 0.5, weights * RARE_SHARE / share, weights * (1 - RARE_SHARE) / (1 - share))
    line = LogisticRegression(C=1e6).fit(sums[:, None], truth > 0.5, sample_weight=weights * len(truth))
    slope = float(line.coef_[0, 0])
    return Curve(whole=slope, peak=slope * peak, bias=float(line.intercept_[0]))
