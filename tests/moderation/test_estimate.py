import pytest
from scipy.stats import beta

from moderation.estimate import estimate, upper_bound

SAMPLES = ((0, 1), (1, 1), (0, 10), (3, 10), (10, 10), (1, 1_204), (7, 1_000), (200, 20_000), (19_990, 20_000))


@pytest.mark.parametrize(("count", "of"), SAMPLES)
def test_the_bounds_are_those_of_clopper_and_pearson(count, of):
    found = estimate(count, of)

    low = beta.ppf(0.025, count, of - count + 1) if count else 0.0
    high = beta.ppf(0.975, count + 1, of - count) if count < of else 1.0
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)
    assert upper_bound(count, of) == pytest.approx(beta.ppf(0.95, count + 1, of - count) if count < of else 1.0)


def test_without_a_sample_nothing_is_known():
    found = estimate(0, 0)

    assert (found.share, found.low, found.high) == (None, 0.0, 1.0)
    assert upper_bound(0, 0) == 1.0
