"""A site that learns and decides alone, whose workers die at each failpoint: a part of `bench.simulated_site`."""

import pytest

from bench.simulated_site import POINTS, SimulatedSite
from tests.stack import Stack

pytestmark = pytest.mark.slow

COMMENTS = 180
OF_BOTH = [name for name in POINTS if not name.startswith("scoring.")]


def test_kill_minus_nine_on_a_site_that_learns_and_decides_alone_loses_nothing_and_learns_the_same(
    stack: Stack,
) -> None:
    site = SimulatedSite(stack)
    site.begin()

    site.run(COMMENTS, OF_BOTH)

    alone, wrong = site.alone()
    assert site.problems() == []
    assert site.kills == OF_BOTH
    assert alone > COMMENTS / 10
    assert wrong <= 2
