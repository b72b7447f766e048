"""Metrics, each with a 95 % confidence interval."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

_Z = float(norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval. n: texts. positives: how many are positive, if that matters."""

    value: float
    low: float
    high: float
    n: int
    positives: int | None = None


def auc(truth: NDArray[Any], scores: NDArray[Any]) -> Figure:
    """Area under the ROC curve. Interval: DeLong 1988, computed from midranks (Sun and Xu 2014)."""
    truth = np.asarray(truth) > 0.5
    good, bad = np.asarray(scores)[~truth], np.asarray(scores)[truth]
    m, n = len(bad), len(good)
    ranks = rankdata(np.concatenate([bad, good]))
    value = (ranks[:m].sum() - m * (m + 1) / 2) / (m * n)
    over_good = (ranks[:m] - rankdata(bad)) / n
    over_bad = 1.0 - (ranks[m:] - rankdata(good)) / m
    spread = _Z * sqrt(np.var(over_good, ddof=1) / m + np.var(over_bad, ddof=1) / n)
    return Figure(float(value), max(0.0, value - spread), min(1.0, value + spread), m + n, m)


def share(hits: NDArray[Any]) -> Figure:
    """The share of True values. Interval: Wilson 1927."""
    n, value = len(hits), float(np.mean(hits))
    middle = (value + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    spread = _Z * sqrt(value * (1 - value) / n + _Z**2 / (4 * n * n)) / (1 + _Z**2 / n)
    return Figure(value, max(0.0, middle - spread), min(1.0, middle + spread), n, int(np.sum(hits)))


def calibration_error(truth: NDArray[Any], chances: NDArray[Any], bins: int = 15) -> Figure:
    """Expected calibration error with equal-width bins. Interval: 200 seeded bootstrap samples."""
    truth, chances = np.asarray(truth, dtype=float), np.asarray(chances, dtype=float)
    rng = np.random.default_rng(0)
    samples = rng.integers(0, len(truth), (200, len(truth)))
    drawn = [_calibration_gap(truth[sample], chances[sample], bins) for sample in samples]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Figure(_calibration_gap(truth, chances, bins), float(low), float(high), len(truth), int(truth.sum()))


def _calibration_gap(truth: NDArray[Any], chances: NDArray[Any], bins: int) -> float:
    cell = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = np.abs(np.bincount(cell, weights=truth - chances, minlength=bins))
    return float(gaps.sum() / len(truth))


def recall_at(truth: NDArray[Any], scores: NDArray[Any], false_share: float) -> Figure:
    """Recall at the threshold with this false positive rate."""
    truth = np.asarray(truth) > 0.5
    threshold = np.quantile(np.asarray(scores)[~truth], 1.0 - false_share)
    return share(np.asarray(scores)[truth] > threshold)


def bpsn(truth: NDArray[Any], scores: NDArray[Any], named: NDArray[Any]) -> Figure:
    """AUC of the background's positives against the subgroup's negatives. Low if its name raises scores."""
    truth = np.asarray(truth) > 0.5
    chosen = (named & ~truth) | (~named & truth)
    return auc(truth[chosen], np.asarray(scores)[chosen])
