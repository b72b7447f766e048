"""When the machine may act alone: proof from people's decisions, the alarm, and the bet between two scores.

Pure arithmetic; docs/automation.md has the mathematics. An *error* is a decision by a person against what the machine
would have done. A *budget* is the share of errors among the machine's own decisions that the owner allows, in (0, 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log
from typing import Self

from moderation.score import SHIPPED, SITE

CHANCES = (0.20, 0.10, 0.05, 0.02, 0.01, 0.005)
"""The levels, loosest first: how likely an error may be by the score itself."""

LEVELS = tuple(log((1 - chance) / chance) for chance in CHANCES)
"""The same as log-odds: a score reaches a level when the log-odds of its action are at or over it."""

LINES = (SHIPPED, SITE)
"""The scores that are on trial: those of the shipped model, and those that this site's decisions have taught."""

FALSE_PROOFS = 0.05
"""For one action of one site: the chance that anything is ever proven that is not so, over all levels and lines."""

ENOUGH = len(LINES) * len(LEVELS) / FALSE_PROOFS

RETURN_MEMORY = 100
"""The bet against a champion looks back on so many decisions: it should be noticed soon that one no longer holds."""

_STAKES = ((0.0, 0.4), (1 / 8, 0.3), (1 / 4, 0.2), (1 / 2, 0.1))
"""(q, share): the evidence is a mixture of bets, each that errors are q times as frequent as the budget allows."""


def evidence(seen: float, wrong: float, budget: float) -> float:
    """How strongly `wrong` errors among `seen` decisions speak for a rate below the budget; proven from ENOUGH on.

    While the mean chance of an error is at the budget or above, q**wrong * exp((1 - q) * budget * seen) is at most a
    supermartingale for each q in [0, 1), whatever the order and whatever the scores did. So is the mixture, and by
    Ville's inequality it ever reaches 1/d with a chance of at most d: one may look after each decision.
    """
    bets = _STAKES if wrong == 0 else _STAKES[1:]  # the first bet is that there is none at all
    return sum(share * float(q**wrong) * exp(min(700.0, (1 - q) * budget * seen)) for q, share in bets)


def is_proven(seen: float, wrong: float, budget: float) -> bool:
    """Whether these decisions prove that fewer than `budget` of them are errors."""
    return evidence(seen, wrong, budget) >= ENOUGH


def needed(budget: float, wrong: int = 0) -> int:
    """How many decisions prove the budget when so many of them are errors."""
    low, high = 1, 1 << 40
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_proven(middle, wrong, budget) else (middle + 1, high)
    return low


def smallest_budget(seen: int, wrong: int) -> float:
    """The smallest budget that these decisions prove, at most 1: the bound of the share of errors so far.

    It holds for all budgets and at all times together, so an owner may change the budget after a look at it.
    """
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if is_proven(seen, wrong, middle) else (middle, high)
    return high


def level_of(log_odds: float) -> int:
    """The strictest level that these log-odds reach; -1 for none."""
    return sum(log_odds >= level for level in LEVELS) - 1


@lru_cache(maxsize=1_024)  # asked for each comment, and changed by each decision
def _loosest(seen: tuple[int, ...], wrong: tuple[int, ...], budget: float) -> int:
    rungs = enumerate(zip(seen, wrong, strict=True))
    return next((j for j, (n, k) in rungs if is_proven(n, k, budget)), -1)


@dataclass(frozen=True, slots=True)
class Ladder:
    """One action of one line: for each level, on how many counted decisions it would have acted, and the errors.

    A decision counts on each level that it reaches. Counted are only decisions that were as likely to be seen by a
    person as any other on their levels.
    """

    seen: tuple[int, ...] = (0,) * len(LEVELS)
    wrong: tuple[int, ...] = (0,) * len(LEVELS)

    def count(self, level: int, *, wrong: bool, times: int = 1) -> Self:
        """With one more decision that reaches this level; times: -1 takes one out again, after it was corrected."""
        reached = range(len(LEVELS))
        seen = tuple(n + times * (j <= level) for n, j in zip(self.seen, reached, strict=True))
        errors = tuple(k + times * (wrong and j <= level) for k, j in zip(self.wrong, reached, strict=True))
        return replace(self, seen=seen, wrong=errors)

    def proven(self, budget: float) -> int:
        """The loosest level that is proven; -1 for none."""
        return _loosest(self.seen, self.wrong, budget)

    def closest(self, budget: float) -> int:
        """The level that the fewest further decisions without an error would prove; the loosest one of several."""
        missing = [needed(budget, k) - n for n, k in zip(self.seen, self.wrong, strict=True)]
        return missing.index(min(missing))

    def is_worth_a_second_look(self, level: int, budget: float) -> bool:
        """Whether an error here would count against a level that may still be proven."""
        reached = zip(self.seen[: level + 1], self.wrong[: level + 1], strict=True)
        return any(k <= 2 * budget * n + 3 for n, k in reached)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Two CUSUMs of checked automatic decisions, one against three and one against ten times the budget.

    It rings where their likelihood ratio reaches 100. While the budget is kept, that is once in 100 checks or less
    often; where half of the budget is used, hardly ever.
    """

    sums: tuple[float, ...] = (0.0, 0.0)

    def add(self, *, wrong: bool, budget: float) -> Self:
        """After one more check."""
        worse = [min(0.5, times * budget) for times in (3, 10)]
        steps = [log(w / budget) if wrong else log((1 - w) / (1 - budget)) for w in worse]
        return replace(self, sums=tuple(max(0.0, s + step) for s, step in zip(self.sums, steps, strict=True)))

    @property
    def rings(self) -> bool:
        """Whether there are far more errors than the budget allows."""
        return max(self.sums) >= log(100)


@dataclass(frozen=True, slots=True)
class Bet:
    """Whether a challenger loses less than the champion, decision by decision: the wealth of a fair game.

    Where the challenger is no better, it ever grows to 20 with a chance of at most 5 %. past: the sum of what was
    won before, of its squares, and their number; the stake follows from it. memory: the past counts as at most so
    many decisions, so that a challenger that was long the worse one is soon bet on once it is better; None for all.
    """

    wealth: float = 1.0
    past: tuple[float, float, float] = (0.0, 0.25, 0)
    memory: int | None = None

    def add(self, ahead: float) -> Self:
        """After one more decision. ahead: the log-loss of the champion minus that of the challenger; it counts up to
        2 either way."""
        total, squares, n = self.past
        x = max(-1.0, min(1.0, ahead / 2))
        mean = total / (n + 10)
        stake = min(0.5, max(0.0, mean / (squares / (n + 1) + mean * mean)))
        wealth = min(self.wealth * (1 + stake * x), 1e300)
        kept = 1.0 if self.memory is None or n < self.memory else self.memory / (n + 1)
        return replace(self, wealth=wealth, past=((total + x) * kept, (squares + x * x) * kept, (n + 1) * kept))

    @property
    def is_won(self) -> bool:
        """Whether the challenger is proven better."""
        return self.wealth >= 1 / FALSE_PROOFS


@dataclass(frozen=True, slots=True)
class Contest:
    """Which of the two lines is the champion: the shipped one, until the other wins a bet against it.

    Then the reverse bet runs, so that a line that no longer holds gives way again.
    """

    champion: str = SHIPPED
    bet: Bet = Bet()

    def add(self, *, shipped: float, site: float) -> "Contest":
        """After one more decision. shipped, site: the log-loss of each line, before the decision was learned."""
        ahead = shipped - site if self.champion == SHIPPED else site - shipped
        bet = self.bet.add(ahead)
        if not bet.is_won:
            return replace(self, bet=bet)
        return Contest(SITE, Bet(memory=RETURN_MEMORY)) if self.champion == SHIPPED else Contest()


def covers_enough(champion: Sequence[int], challenger: Sequence[int], *, least: float = 0.9) -> bool:
    """Whether a challenger may take over what the champion does alone: for each action, `least` of its comments."""
    return all(new >= least * old for old, new in zip(champion, challenger, strict=True))
