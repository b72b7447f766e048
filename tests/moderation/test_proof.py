from collections.abc import Iterator
from math import exp, log

import numpy as np
import pytest

from moderation.estimate import upper_bound
from moderation.proof import (
    LEVELS,
    LINES,
    Alarm,
    Bet,
    Contest,
    Ladder,
    covers_enough,
    evidence,
    is_proven,
    level_of,
    needed,
    smallest_budget,
)
from moderation.score import SHIPPED, SITE

NEEDED = {0.01: (601, 961, 1_181), 0.005: (1_202, 1_921, 2_361), 0.001: (6_007, 9_601, 11_805)}
SITES, DECISIONS, BUDGET = 400, 20_000, 0.01


@pytest.mark.parametrize("budget", NEEDED)
def test_so_many_decisions_prove_a_budget_with_none_one_or_two_errors(budget):
    assert tuple(needed(budget, wrong) for wrong in range(3)) == NEEDED[budget]


def test_one_decision_less_proves_nothing():
    assert is_proven(1_202, 0, 0.005)
    assert not is_proven(1_201, 0, 0.005)


def test_the_evidence_is_the_mean_of_four_bets():
    shares = {0: 0.4, 1 / 8: 0.3, 1 / 4: 0.2, 1 / 2: 0.1}

    assert evidence(800, 0, 0.01) == pytest.approx(sum(w * exp((1 - q) * 8) for q, w in shares.items()))
    assert evidence(800, 2, 0.01) == pytest.approx(sum(w * q**2 * exp((1 - q) * 8) for q, w in shares.items()))


@pytest.mark.parametrize("seen", [1, 10, 300])
@pytest.mark.parametrize("chance", [0.01, 0.02, 0.3])
def test_a_decision_at_the_budget_or_over_it_wins_nothing_on_average(seen, chance):
    budget = 0.01

    for wrong in range(min(seen, 5) + 1):
        won = (1 - chance) * evidence(seen + 1, wrong, budget) + chance * evidence(seen + 1, wrong + 1, budget)
        assert won <= evidence(seen, wrong, budget) * (1 + 1e-12)


def test_the_bound_so_far_is_the_budget_that_would_just_be_proven():
    bound = smallest_budget(1_204, 1)

    assert 1 / bound == pytest.approx(125.4, abs=0.1)
    assert is_proven(1_204, 1, bound * 1.000001)
    assert not is_proven(1_204, 1, bound * 0.999999)
    assert needed(0.005, 1) - 1_204 == 717


def test_without_decisions_nothing_is_bounded():
    assert smallest_budget(0, 0) == 1.0
    assert not is_proven(0, 0, 1.0)


def test_log_odds_reach_every_level_up_to_theirs():
    assert level_of(log(4) - 1e-9) == -1
    assert level_of(log(4) + 1e-9) == 0
    assert level_of(log(99) + 1e-9) == 4
    assert level_of(50.0) == len(LEVELS) - 1


def test_a_decision_counts_on_each_level_that_it_reaches():
    ladder = Ladder().count(5, wrong=False).count(1, wrong=True).count(-1, wrong=True)

    assert ladder.seen == (2, 2, 1, 1, 1, 1)
    assert ladder.wrong == (1, 1, 0, 0, 0, 0)


def test_a_corrected_decision_is_counted_anew():
    ladder = Ladder().count(1, wrong=True).count(3, wrong=False)

    assert ladder.count(1, wrong=True, times=-1).count(1, wrong=False) == Ladder().count(1, wrong=False).count(
        3, wrong=False
    )


def test_the_loosest_proven_level_acts():
    errors_below_the_third = Ladder(seen=(900, 800, 700, 650, 601, 10), wrong=(9, 5, 0, 0, 0, 0))

    assert errors_below_the_third.proven(0.01) == 2
    assert errors_below_the_third.proven(0.001) == -1


def test_the_level_that_is_proven_next_needs_the_fewest_decisions():
    ladder = Ladder(seen=(590, 580, 570, 400, 300, 10), wrong=(1, 0, 0, 0, 0, 0))

    assert ladder.closest(0.01) == 1


def test_an_error_is_looked_at_again_where_a_level_may_still_be_proven():
    hopeless = Ladder(seen=(100,) * 6, wrong=(40, 40, 40, 40, 40, 5))

    assert Ladder().is_worth_a_second_look(0, 0.01)
    assert not hopeless.is_worth_a_second_look(4, 0.01)
    assert hopeless.is_worth_a_second_look(5, 0.01)
    assert not Ladder().is_worth_a_second_look(-1, 0.01)


def test_a_burst_of_errors_rings_and_one_error_does_not():
    alarm = Alarm()
    for _ in range(1_000):
        alarm = alarm.add(wrong=False, budget=0.005)

    one = alarm.add(wrong=True, budget=0.005)
    three = one.add(wrong=True, budget=0.005).add(wrong=True, budget=0.005)

    assert alarm.sums == (0.0, 0.0)
    assert not one.rings
    assert three.rings


def test_the_site_s_line_becomes_champion_by_what_it_loses_less_and_gives_way_again_by_what_it_loses_more():
    contest, champions = Contest(), []
    for _ in range(1_000):
        contest = contest.add(shipped=0.7, site=0.3)
        champions.append(contest.champion)
    for _ in range(200):
        contest = contest.add(shipped=0.3, site=0.7)
        champions.append(contest.champion)

    assert 20 < champions.index(SITE) < 100
    assert 1_020 < champions.index(SHIPPED, 200) < 1_200


def test_a_better_challenger_wins_the_bet_and_an_equal_one_does_not():
    better, equal = Bet(), Bet()
    for n in range(200):
        better, equal = better.add(0.3), equal.add(0.3 if n % 2 else -0.3)

    assert better.is_won
    assert not equal.is_won


def test_a_loss_counts_two_at_most():
    assert Bet().add(0.5).add(-50.0) == Bet().add(0.5).add(-2.0)


def test_a_challenger_has_to_cover_most_of_what_the_champion_does():
    assert covers_enough([100, 0], [90, 0])
    assert not covers_enough([100, 50], [95, 44])


@pytest.mark.slow
def test_at_the_boundary_hardly_any_site_is_ever_proven_wrongly():
    """Each decision is wrong with a chance of exactly the budget, so there is nothing to prove, in 20,000 looks."""
    chance = np.random.default_rng(7)
    enough = np.array([needed(BUDGET, wrong) for wrong in range(400)])

    wrongly = sum(any(_ever_proven(each, enough) for each in _levels_of_a_site(chance)) for _ in range(SITES))

    assert wrongly <= 0.05 * SITES


@pytest.mark.slow
def test_the_usual_interval_would_be_wrong_for_many_sites_if_one_looks_after_each_decision():
    """Clopper and Pearson promise 5 % for one look."""
    chance = np.random.default_rng(7)
    enough = np.array([_first_interval_below(wrong) for wrong in range(25)])

    wrongly = sum(_ever_proven(chance.random(DECISIONS) < BUDGET, enough) for _ in range(SITES))

    assert wrongly > 0.2 * SITES


def _levels_of_a_site(chance: np.random.Generator) -> Iterator[np.ndarray]:
    """For each line and level, in the order of the decisions that reach it: which were wrong."""
    wrong = chance.random(DECISIONS) < BUDGET
    for _ in LINES:
        level = chance.integers(0, len(LEVELS), DECISIONS)
        yield from (wrong[level >= each] for each in range(len(LEVELS)))


def _ever_proven(wrong: np.ndarray, enough: np.ndarray) -> bool:
    """Between two errors the proof only grows, so it is largest just before the next one, or at the end."""
    seen = np.append(wrong.nonzero()[0], len(wrong))[: len(enough)]
    return bool((seen >= enough[: len(seen)]).any())


def _first_interval_below(wrong: int) -> int:
    """How many decisions it takes with so many errors until the upper bound, of 5 %, is below the budget."""
    low, high = wrong + 1, 1 << 13
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if upper_bound(wrong, middle) < BUDGET else (middle + 1, high)
    return low
