"""Judges automation by an outside bench of learning: its streams, its bars, our proofs, alarm, spot checks and bet.

    python -m bench.learning_bench FOLDER --cache CACHE --parts budgets drift promotion --orders 1

FOLDER holds the bench (`bench.py` with its `learner.py`, `streams.py`); the learner stays its own, unless --candidate
names another. Owners of these sites switch automation on again at once after an alarm.
"""

import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from math import exp, log1p
from pathlib import Path
from typing import Any

from moderation.actions import Action
from moderation.automation import ACTIONS, Automation, Mode, after_alarm, ringing
from moderation.decision import Reason
from moderation.messages import Message
from moderation.policy import Policy, RuleMatch
from moderation.proof import LINES, Bet, covers_enough, needed
from moderation.score import SHIPPED, SITE, Lines, LogOdds, Score
from moderation.trials import Trial, after_check, counting, needs_second_look, try_on
from tests.builders import NOON

HELD = RuleMatch(Action.HOLD, Reason.UNSURE, Message("policy.no_objection"))
NEVER = -30.0
"""Log-odds of the head that a stream does not have."""

FIRST_BETS = 20
COVER_STEP = 0.004


class Standings:
    """The bet of the bench, by ours."""

    def __init__(self) -> None:
        self._bet = Bet()

    def add(self, ahead: float) -> None:
        """The loss of the champion minus that of the challenger."""
        self._bet = self._bet.add(ahead)

    @property
    def is_won(self) -> bool:
        """Whether the challenger is proven better."""
        return self._bet.is_won


class Desk:
    """The loop of one site as the bench runs it, by the functions that the worker calls."""

    def __init__(self, learner: Any, budgets: tuple[float, float] = (0.01, 0.01), *, audit: float = 0.05) -> None:
        one_in = {action: round(1 / budget) for action, budget in zip(ACTIONS, budgets, strict=True)}
        self.learner, self.automation = learner, Automation("bench", mode=Mode.ON, one_in=one_in)
        self.bet, self.decided, self.looks, self.rung = Standings(), 0, 0, 0
        self.cover = {line: [0.0, 0.0] for line in LINES}

    def look(self, comment: Any, coin: float) -> dict[str, Any]:
        """Score a comment; decide whether the machine does."""
        z = {SHIPPED: comment.shipped, SITE: float(self.learner.log_odds(comment))}
        lines = Lines(LogOdds(z[SHIPPED], NEVER), LogOdds(z[SITE], NEVER), self.automation.line)
        trial = try_on("", Score(0.5, 0.0, lines=lines), HELD, Policy(), self.automation, coin=coin, at=NOON)
        assert trial is not None
        self._cover(trial)
        if trial.would in trial.on and self.automation.watched:
            self.automation = replace(self.automation, watched=self.automation.watched - 1)
        did = ACTIONS.index(trial.would) if trial.acted and trial.would else None
        return {"comment": comment, "z": z, "trial": trial, "did": did}

    def decide(self, looked: dict[str, Any], unwanted: bool, ask_again: Any) -> bool:
        """A person decided; a second one is asked where the decision speaks against what may be proven."""
        trial: Trial = looked["trial"]
        if needs_second_look(self.automation, trial, _verdict(unwanted)):
            self.looks, unwanted = self.looks + 1, ask_again()
        self.decided += 1
        self.automation = replace(self.automation, lessons=self.decided)
        self._compare(looked["z"], unwanted)
        self.learner.learn(looked["comment"], unwanted)
        self.automation = counting(self.automation, trial, _verdict(unwanted))
        if trial.is_check:
            self.automation = after_check(self.automation, trial, _verdict(unwanted))
        if rung := ringing(self.automation):
            self.rung += 1
            self.automation = replace(after_alarm(self.automation, rung, at=NOON), mode=Mode.ON)
        return unwanted

    def _cover(self, trial: Trial) -> None:
        for line in LINES:
            for place, action in enumerate(ACTIONS):
                proven = self.automation.ladder(line, action).proven(self.automation.budget(action))
                acts = proven >= 0 and trial.level(line, action) >= proven
                self.cover[line][place] += COVER_STEP * (acts - self.cover[line][place])

    def _compare(self, z: dict[str, float], unwanted: bool) -> None:
        if self.decided <= FIRST_BETS:
            return
        champion = self.automation.line
        [other] = [line for line in LINES if line != champion]
        self.bet.add(_log_loss(z[champion], unwanted) - _log_loss(z[other], unwanted))
        keeps = champion == SITE or covers_enough(self.cover[champion], self.cover[other])
        if self.bet.is_won and keeps:
            self.automation, self.bet = replace(self.automation, line=other), Standings()


def _verdict(unwanted: bool) -> str:
    return "rejected" if unwanted else "approved"


def _log_loss(z: float, unwanted: bool) -> float:
    x = -z if unwanted else z
    return max(0.0, x) + log1p(exp(-abs(x)))


def main() -> int:
    """Run the bench of a folder with our loop in place of its own."""
    folder = Path(sys.argv.pop(1)).resolve()
    sys.path.insert(0, str(folder))
    found = spec_from_file_location("outside_bench", folder / "bench.py")
    assert found and found.loader
    outside: Any = module_from_spec(found)
    found.loader.exec_module(outside)
    outside.Desk, outside.Bet, outside.needed = Desk, Standings, needed
    code: int = outside.main()
    return code


if __name__ == "__main__":
    sys.exit(main())
