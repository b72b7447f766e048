"""A share that was counted in a sample, with exact bounds for the true one (Clopper and Pearson, 1934)."""

from dataclasses import dataclass
from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95
_STEPS, _ENOUGH = 300, 1e-14


@dataclass(frozen=True, slots=True)
class Estimate:
    """`count` of `of` were counted. low, high: bounds of the true share, in [0, 1]; both hold in 95 % of samples.

    Without a sample nothing is known, and the bounds are 0 and 1.
    """

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """The counted share; None without a sample."""
        return self.count / self.of if self.of else None


def estimate(count: int, of: int, *, confidence: float = CONFIDENCE) -> Estimate:
    """The estimate of `count` among `of`, 0 <= count <= of. Takes at most some milliseconds."""
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _beta_quantile(tail, count, of - count + 1)
    high = 1.0 if count == of else _beta_quantile(1 - tail, count + 1, of - count)
    return Estimate(count, of, low, high)


def upper_bound(count: int, of: int, *, confidence: float = CONFIDENCE) -> float:
    """The one-sided bound: the true share is at most this, with this confidence. 1 without a sample."""
    return 1.0 if count >= of else _beta_quantile(confidence, count + 1, of - count)


def _beta_quantile(chance: float, a: float, b: float) -> float:
    """Where the distribution Beta(a, b) reaches `chance`, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _beta_below(middle, a, b) < chance else (low, middle)
    return high


def _beta_below(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function, by Lentz's continued fraction where that converges fast."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_below(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    ahead = 1.0
    product = behind = 1 / _not_zero(1 - (a + b) * x / (a + 1))
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for numerator in (even, odd):
            behind = 1 / _not_zero(1 + numerator * behind)
            ahead = _not_zero(1 + numerator / ahead)
            product *= ahead * behind
        if abs(ahead * behind - 1) < _ENOUGH:
            break
    return product


def _not_zero(x: float) -> float:
    return x if abs(x) > 1e-300 else 1e-300
