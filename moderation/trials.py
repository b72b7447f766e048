"""What the machine would do about one comment, written down before anybody decided, and what people's decision says.

Each comment to which no rule objects is a *trial*. The machine acts only in the mode `on`, only on a proven level,
and never on a spot check, which is drawn by a keyed coin and looks like any other comment that waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, log, log1p
from typing import TYPE_CHECKING

from moderation.actions import Action
from moderation.automation import ACTIONS, WARM_UP, WATCH, WATCHED, Automation, Mode
from moderation.comment import Status
from moderation.messages import Message
from moderation.policy import Policy, RuleMatch
from moderation.proof import CHANCES, LINES, Alarm, Ladder, covers_enough, level_of
from moderation.reasons import Reason
from moderation.score import SHIPPED, SITE, Lines, LogOdds, Score

if TYPE_CHECKING:
    from moderation.store.sealing import Sealer

UNDONE = "undone"
_MOST = 30.0
"""Log-odds are kept within this: a probability of exactly 1 has none."""


def sureness(odds: LogOdds, action: Action) -> float:
    """How sure a score is of an action, as log-odds: that a comment is neither spam nor abuse, or that it is one."""
    if action is Action.REJECT:
        return _bounded(max(odds))
    spam, abuse = exp(_bounded(odds.spam)), exp(_bounded(odds.abuse))
    return -log(spam + abuse + spam * abuse)  # of (1 - p) * (1 - q), without losing small numbers to rounding


@dataclass(frozen=True, slots=True)
class Trial:
    """What the machine would have done about one comment, written down before anybody decided.

    line: the score that acts. odds: by line; without the site's own where there is none yet. may_approve: whether no
    threshold of the policy objects to publishing. would: the action that a proven level allows, if any. acted:
    whether it was done. is_fair: whether the coin drew a spot check, as likely for each comment. on: what the machine
    did alone at that time. verdict: what people decided since, UNDONE for an automatic decision that was taken back,
    "" for nothing; by: who did. counted: the verdict that was counted, "" for none yet. alarm_waits: whether the
    alarm waits for a second look at an error. model: the version of the shipped model that scored it.
    """

    comment_id: str
    site_id: str
    at: datetime
    line: str
    odds: Mapping[str, LogOdds]
    may_approve: bool = True
    would: Action | None = None
    acted: bool = False
    is_fair: bool = False
    on: frozenset[Action] = frozenset()
    verdict: str = ""
    by: str = ""
    counted: str = ""
    alarm_waits: bool = False
    model: str = ""

    @property
    def is_check(self) -> bool:
        """Whether the machine would have acted and left it to people."""
        return self.would is not None and not self.acted

    def level(self, line: str, action: Action) -> int:
        """The strictest level that it reaches; -1 for none, or where the machine may not act."""
        if line not in self.odds or (action is Action.APPROVE and not self.may_approve):
            return -1
        return level_of(sureness(self.odds[line], action))

    def counts_for(self, line: str, action: Action) -> bool:
        """Whether a decision about it was as likely to be seen by people as about any other on its levels."""
        is_whole = action not in self.on if line == self.line else not self.on
        return is_whole or self.is_fair


def coin(sealer: "Sealer", comment_id: str) -> float:
    """A number in [0, 1) for a comment that nobody can foresee without the installation's secret; always the same."""
    return int.from_bytes(sealer.find_key("spot check", comment_id)[:8]) / 2**64


def is_wrong(action: Action, verdict: str) -> bool:
    """Whether people decided against this action."""
    return verdict != (Status.APPROVED if action is Action.APPROVE else Status.REJECTED).value


def try_on(
    comment_id: str,
    score: Score | None,
    match: RuleMatch,
    policy: Policy,
    automation: Automation,
    *,
    coin: float,
    at: datetime,
) -> Trial | None:
    """The trial of one comment, before anybody decides; None where the machine has no say.

    match: what the policy decides without automation, where no rule objects; it must be to hold. coin: in [0, 1),
    keyed and of the comment's id. A shipped model with which nothing was counted yet does nothing alone.
    """
    if automation.mode is Mode.OFF or score is None or score.confidence < policy.min_confidence:
        return None
    lines = _lines_of(score)
    automation = replace(automation, line=lines.in_force)
    odds = {SHIPPED: lines.shipped}
    if lines.site is not None and automation.lessons >= WARM_UP:
        odds[SITE] = lines.site
    is_known = automation.model in ("", score.model)
    on = frozenset(action for action in ACTIONS if is_known and automation.is_on(action))
    trial = Trial(
        comment_id=comment_id,
        site_id=automation.site_id,
        at=at,
        line=lines.in_force,
        odds=odds,
        may_approve=match.reason is Reason.UNSURE,
        is_fair=coin < automation.spot_checks,
        on=on,
        model=score.model,
    )
    would = _would(trial, automation) if is_known else None
    is_checked = coin < (WATCH if automation.watched else automation.spot_checks)
    return replace(trial, would=would, acted=would in on and not is_checked)


def _would(trial: Trial, automation: Automation) -> Action | None:
    for action in ACTIONS:
        proven = automation.proven(action)
        if proven >= 0 and trial.level(trial.line, action) >= proven:
            return action
    return None


def decided_alone(trial: Trial, automation: Automation) -> RuleMatch:
    """The decision about a trial on which the machine acts."""
    assert trial.would is not None
    level = replace(automation, line=trial.line).proven(trial.would)
    params = {"sure": round(1 / CHANCES[level]), "one_in": automation.one_in[trial.would]}
    if trial.would is Action.APPROVE:
        return RuleMatch(Action.APPROVE, Reason.CLEAN, Message("automation.approve", params))
    odds = trial.odds[trial.line]
    reason = Reason.SPAM if odds.spam >= odds.abuse else Reason.ABUSE
    return RuleMatch(Action.REJECT, reason, Message("automation.reject", params))


def counting(automation: Automation, trial: Trial, verdict: str, *, times: int = 1) -> Automation:
    """With what people decided about a trial that the machine left to them. times: -1 takes it out again.

    One that another shipped model scored does not count.
    """
    if automation.model not in ("", trial.model):
        return automation
    ladders = dict(automation.ladders)
    for line in trial.odds:
        for action in ACTIONS:
            if trial.counts_for(line, action):
                before = ladders.get((line, action), Ladder())
                level = trial.level(line, action)
                ladders[line, action] = before.count(level, wrong=is_wrong(action, verdict), times=times)
    return replace(automation, line=trial.line, ladders=ladders)


def recounted(automation: Automation, trials: Sequence[Trial], *, model: str) -> Automation:
    """With the proofs counted anew from these trials, as another shipped model would have scored them.

    Automatic decisions are watched more closely for a while. trials: with verdicts, each as likely to be seen by
    people as any other.
    """
    fresh = replace(automation, ladders={}, alarms={}, model=model, watched=WATCHED)
    for trial in trials:
        fresh = counting(fresh, trial, trial.verdict)
    return replace(fresh, line=automation.line)


def needs_second_look(automation: Automation, trial: Trial, verdict: str) -> bool:
    """Whether a decision speaks against a level that may still be proven, so that somebody should look again."""
    for action in ACTIONS:
        ladder, level = automation.ladder(trial.line, action), trial.level(trial.line, action)
        if is_wrong(action, verdict) and ladder.is_worth_a_second_look(level, automation.budget(action)):
            return True
    return False


def after_check(automation: Automation, trial: Trial, verdict: str) -> Automation:
    """With one more check of an automatic decision in the alarm. An error raises the share of checks."""
    assert trial.would is not None
    wrong, action = is_wrong(trial.would, verdict), trial.would
    alarm = automation.alarms.get(action, Alarm()).add(wrong=wrong, budget=automation.budget(action))
    watched = WATCHED if wrong else automation.watched
    return replace(automation, alarms={**automation.alarms, action: alarm}, watched=watched)


def covers_automation(automation: Automation, trials: Sequence[Trial]) -> bool:
    """Whether the site's own line would do alone nearly as much as the shipped one does; True where it does nothing.

    trials: the newest ones, by which that is judged.
    """
    acted = [action for action in ACTIONS if automation.line == SHIPPED and automation.is_on(action)]
    counts = {line: [_acts_on(automation, trials, line, action) for action in acted] for line in LINES}
    return covers_enough(counts[SHIPPED], counts[SITE])


def _acts_on(automation: Automation, trials: Sequence[Trial], line: str, action: Action) -> int:
    proven = automation.ladder(line, action).proven(automation.budget(action))
    return sum(trial.level(line, action) >= proven for trial in trials) if proven >= 0 else 0


def _lines_of(score: Score) -> Lines:
    if score.lines is not None:
        return score.lines
    return Lines(LogOdds(_log_odds(score.spam), _log_odds(score.abuse)))


def _log_odds(chance: float) -> float:
    if chance <= 0 or chance >= 1:
        return _MOST if chance >= 1 else -_MOST
    return _bounded(log(chance) - log1p(-chance))


def _bounded(log_odds: float) -> float:
    return max(-_MOST, min(_MOST, log_odds))
