"""What the machine may do alone on a site: the owner's mode and budgets, what is proven, and the alarm.

The arithmetic is in proof.py, and what becomes of one comment in trials.py; none of them knows SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.actions import Action
from moderation.proof import Alarm, Ladder, is_proven, needed, smallest_budget
from moderation.score import SHIPPED

ACTIONS = (Action.APPROVE, Action.REJECT)
"""What the machine may do alone."""

SPOT_CHECKS = 0.05
"""The share of comments that people decide in any case, so that errors are noticed and counted."""

SPOT_CHECKS_OF_LARGE, LARGE = 0.02, 10_000
"""The share on large sites, which are those that learned from at least so many decisions."""

WATCH, WATCHED = 0.5, 200
"""After an error this share of automatic decisions is checked, until so many were due; these checks prove nothing."""

WARM_UP = 200
"""The first lessons of a site's own line only teach: it is on trial from so many on."""

LEAST_ONE_IN, MOST_ONE_IN = 20, 100_000
"""Budgets are given as "at most 1 wrong in so many"."""

ANSWER_DAYS, MOST_UNANSWERED, LEAST_CHECKS = 14, 0.2, 5
"""Automation pauses when more than this share of at least so many spot checks is undecided after so many days."""

SECOND_LOOK_WAIT = timedelta(days=1)
"""After so long the first moderator may look again too, and the alarm takes an error as confirmed."""


class Mode(StrEnum):
    """What a site lets the machine do. Shadow: it writes down what it would do, and does nothing."""

    OFF = "off"
    SHADOW = "shadow"
    ON = "on"


class Pause(StrEnum):
    """Why automation stopped: too many errors, spot checks that nobody decides, or an owner."""

    ERRORS = "errors"
    SPOT_CHECKS = "spot_checks"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Automation:
    """What is known of a site's automation.

    one_in: by action, the budget as "at most 1 wrong in". line: the line that was in force last. watched: how many
    automatic decisions are still checked more often. paused: why and when it was paused last, until an owner switches
    it on. ladders: what was counted, by line and action. lessons: how many have taught the site's own line. model:
    the version of the shipped model with which that was counted, "" before anything was.
    """

    site_id: str
    mode: Mode = Mode.SHADOW
    one_in: Mapping[Action, int] = field(default_factory=lambda: {Action.APPROVE: 200, Action.REJECT: 1_000})
    line: str = SHIPPED
    watched: int = 0
    paused: Pause | None = None
    paused_at: datetime | None = None
    ladders: Mapping[tuple[str, Action], Ladder] = field(default_factory=dict)
    alarms: Mapping[Action, Alarm] = field(default_factory=dict)
    lessons: int = 0
    model: str = ""

    def budget(self, action: Action) -> float:
        """The share of errors that the owner allows."""
        return 1 / self.one_in[action]

    @property
    def spot_checks(self) -> float:
        """The share of comments that people decide in any case."""
        return SPOT_CHECKS_OF_LARGE if self.lessons >= LARGE else SPOT_CHECKS

    def ladder(self, line: str, action: Action) -> Ladder:
        """What was counted."""
        return self.ladders.get((line, action), Ladder())

    def proven(self, action: Action) -> int:
        """The loosest proven level of the line that acts; -1 for none."""
        return self.ladder(self.line, action).proven(self.budget(action))

    def is_on(self, action: Action) -> bool:
        """Whether the machine does this alone at present."""
        return self.mode is Mode.ON and self.proven(action) >= 0


def ringing(automation: Automation) -> tuple[Action, ...]:
    """The actions with far more errors than their budgets allow."""
    return tuple(action for action in ACTIONS if automation.alarms.get(action, Alarm()).rings)


def after_alarm(automation: Automation, actions: Sequence[Action], *, at: datetime) -> Automation:
    """Everything goes back to people, and what these actions had proven is forgotten."""
    ladders = {key: ladder for key, ladder in automation.ladders.items() if key[1] not in actions}
    alarms = {action: alarm for action, alarm in automation.alarms.items() if action not in actions}
    return pausing(replace(automation, ladders=ladders, alarms=alarms), Pause.ERRORS, at=at)


def pausing(automation: Automation, why: Pause, *, at: datetime) -> Automation:
    """With nothing done alone any more until an owner switches it on; what was proven otherwise stays."""
    if automation.mode is not Mode.ON:
        return automation
    return replace(automation, mode=Mode.SHADOW, paused=why, paused_at=at)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the proof of one action has come, in numbers that people understand.

    level: the loosest proven level, else that which is proven next. is_proven: whether it is. seen, wrong: what was
    counted on it. one_in: at most 1 in so many is wrong, with a confidence of 95 %; None as long as nothing is said.
    missing: how many further decisions without an error prove the next level that is not proven, None if all are.
    next_level: that level.
    """

    action: Action
    level: int
    is_proven: bool
    seen: int
    wrong: int
    one_in: int | None
    next_level: int | None
    missing: int | None


def standing(automation: Automation, action: Action) -> Standing:
    """How far the proof of an action has come, for the line that acts."""
    ladder, budget = automation.ladder(automation.line, action), automation.budget(action)
    proven = ladder.proven(budget)
    level = proven if proven >= 0 else ladder.closest(budget)
    seen, wrong = ladder.seen[level], ladder.wrong[level]
    bound = smallest_budget(seen, wrong) if seen else 1.0
    next_level = _next_level(ladder, budget, proven)
    missing = None if next_level is None else needed(budget, ladder.wrong[next_level]) - ladder.seen[next_level]
    return Standing(
        action, level, proven >= 0, seen, wrong, int(1 / bound) if bound < 1 else None, next_level, missing
    )


def _next_level(ladder: Ladder, budget: float, proven: int) -> int | None:
    """The next looser level that is not proven; where none is proven, the one that is nearest."""
    if proven < 0:
        return ladder.closest(budget)
    looser = [j for j in range(proven) if not is_proven(ladder.seen[j], ladder.wrong[j], budget)]
    return min(looser, key=lambda j: needed(budget, ladder.wrong[j]) - ladder.seen[j]) if looser else None
