"""Changes to what the machine may do alone on a site, by owners and by what was counted.

Each function writes its own entry in the audit trail and works in its caller's transaction. Locks are taken in one
order everywhere: the site's automation, then trials, then the audit trail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.actions import Action
from moderation.audit import AuditEvent
from moderation.automation import (
    ACTIONS,
    ANSWER_DAYS,
    LEAST_CHECKS,
    LEAST_ONE_IN,
    MOST_ONE_IN,
    MOST_UNANSWERED,
    SECOND_LOOK_WAIT,
    WATCHED,
    Automation,
    Mode,
    Pause,
    after_alarm,
    pausing,
    ringing,
)
from moderation.decided_by import POLICY
from moderation.errors import Invalid
from moderation.lessons import OFF
from moderation.mail.announce import tell_of_pause
from moderation.messages import N_, Message
from moderation.score import LogOdds
from moderation.store import UnitOfWork
from moderation.trials import UNDONE, Trial, after_check, counting, is_wrong, needs_second_look, recounted
from moderation.webhooks.events import paused_event

CHECKED_DAYS = 30
"""Of how many days the answered spot checks are compared with all."""


def change_automation(
    uow: UnitOfWork,
    site_id: str,
    *,
    mode: Mode | None = None,
    one_in: Mapping[Action, int] | None = None,
    by_id: str,
    at: datetime,
) -> Automation:
    """Change the mode or the budgets of a site; what is left out stays. Raises NotFound, Invalid.

    A changed budget starts its alarm anew. Proofs stay: they hold for every budget.
    """
    uow.sites.get(site_id)
    for action, number in (one_in or {}).items():
        checked_one_in(action, number)
    before = uow.automations.lock(site_id)
    budgets = {**before.one_in, **(one_in or {})}
    alarms = {action: alarm for action, alarm in before.alarms.items() if budgets[action] == before.one_in[action]}
    changed = replace(before, one_in=budgets, alarms=alarms)
    if mode is not None:
        changed = replace(changed, mode=mode, paused=None, paused_at=None)
    if changed == before:
        return before
    uow.automations.save(changed)
    detail = {"mode": changed.mode.value, **{action.value: changed.one_in[action] for action in ACTIONS}}
    uow.audit.append(site_id, [AuditEvent(at, by_id, "automation.changed", site_id, detail)])
    return changed


def checked_one_in(action: Action, number: int) -> int:
    """The number, if a budget may be "at most 1 wrong in" it. Raises Invalid."""
    if not LEAST_ONE_IN <= number <= MOST_ONE_IN:
        text = N_("must be a whole number from %(least)s to %(most)s: at most 1 wrong in so many.")
        raise Invalid(f"{action.value}_one_in", Message(text, {"least": LEAST_ONE_IN, "most": MOST_ONE_IN}))
    return number


def give_back(uow: UnitOfWork, site_id: str, *, has_mail: bool, by_id: str, at: datetime) -> Automation:
    """Stop everything that the machine does alone, at once; what is proven stays. Raises NotFound.

    has_mail: whether owners can be notified by mail.
    """
    uow.sites.get(site_id)
    before = uow.automations.lock(site_id)
    after = pausing(before, Pause.OWNER, at=at)
    if after is not before:
        uow.automations.save(after)
        announce_pause(uow, after, has_mail=has_mail, by_id=by_id, at=at)
    return after


def announce_pause(uow: UnitOfWork, automation: Automation, *, has_mail: bool, by_id: str, at: datetime) -> None:
    """Say that everything was given back to people: audit trail, webhooks, and mail to owners."""
    why = automation.paused.value if automation.paused else ""
    uow.audit.append(
        automation.site_id, [AuditEvent(at, by_id, "automation.paused", automation.site_id, {"why": why})]
    )
    uow.deliveries.announce([paused_event(automation, at=at)])
    if has_mail:
        tell_of_pause(uow, automation, at=at)


def count_verdicts(uow: UnitOfWork, site_id: str, *, limit: int, has_mail: bool, at: datetime) -> int:
    """Count what people decided since the last time, at most `limit` decisions; returns how many.

    An error against a level that may still be proven counts at once, and somebody is asked for a second look; if that
    one decides otherwise, it is taken out again. The alarm waits for the second look, for a day at most.
    """
    before = automation = uow.automations.lock(site_id)
    trials = uow.trials.uncounted(site_id, limit=limit)
    automation = _with_model(uow, automation, trials)
    asked: dict[str, str] = {}
    counted: list[Trial] = []
    for trial in trials:
        automation, is_asked = _count(automation, trial)
        if is_asked:
            asked[trial.comment_id] = trial.by
        counted.append(replace(trial, alarm_waits=trial.alarm_waits or (is_asked and trial.is_check)))
    uow.second_looks.ask(site_id, asked, at=at)
    uow.trials.mark_counted(counted)
    due = uow.trials.due_for_alarm(site_id, asked_before=at - SECOND_LOOK_WAIT)
    for trial in due:
        automation = after_check(automation, trial, trial.verdict) if trial.verdict else automation
    uow.trials.mark_counted([replace(trial, alarm_waits=False) for trial in due])
    _record_proofs(uow, before, automation, at=at)
    automation = _after_alarms(uow, automation, at=at)
    if automation != before:
        uow.automations.save(automation)
    if automation.paused and not before.paused:
        announce_pause(uow, automation, has_mail=has_mail, by_id=POLICY.id, at=at)
    return len(trials) + len(due)


def _with_model(uow: UnitOfWork, automation: Automation, trials: Sequence[Trial]) -> Automation:
    """With the model whose proofs are counted: the first one, until `recount` has seen what another says.

    A site that does not learn keeps nothing of its texts that could be scored again: its proofs begin anew.
    """
    newest = max(trials, key=lambda trial: trial.at).model if trials else automation.model
    if newest == automation.model:
        return automation
    if automation.model and uow.sites.get(automation.site_id).learning != OFF:
        return automation
    return replace(automation, model=newest) if not automation.model else recounted(automation, (), model=newest)


def recount(
    uow: UnitOfWork,
    site_id: str,
    said: Mapping[str, Mapping[str, LogOdds]],
    *,
    model: str,
    limit: int,
    at: datetime,
) -> None:
    """Count proofs anew after an upgrade with another shipped model, from what people decided before.

    said: by comment, what each line says of it now. Trials of texts that are gone do not count.
    """
    before = uow.automations.lock(site_id)
    if before.model in ("", model):
        return
    decided = uow.trials.fairly_decided(site_id, limit=limit)
    rescored = [
        replace(trial, odds=said[trial.comment_id], model=model)
        for trial in decided
        if trial.model != model and trial.comment_id in said
    ]
    uow.trials.rescore(rescored)
    after = recounted(before, [*rescored, *(trial for trial in decided if trial.model == model)], model=model)
    uow.automations.save(after)
    detail = {"model": model, "decisions": len(rescored)}
    uow.audit.append(site_id, [AuditEvent(at, POLICY.id, "automation.recounted", site_id, detail)])
    _record_proofs(uow, before, after, at=at)


def _count(automation: Automation, trial: Trial) -> tuple[Automation, bool]:
    """The automation with one verdict, and whether somebody should look again."""
    if trial.acted:
        assert trial.would is not None
        is_error = trial.verdict == UNDONE or (trial.verdict and is_wrong(trial.would, trial.verdict))
        return (replace(automation, watched=WATCHED) if is_error else automation), False
    if trial.counted:
        automation = counting(automation, trial, trial.counted, times=-1)
    if not trial.verdict:
        return automation, False
    is_asked = not trial.counted and needs_second_look(automation, trial, trial.verdict)
    automation = counting(automation, trial, trial.verdict)
    if trial.is_check and not trial.counted and not is_asked:
        automation = after_check(automation, trial, trial.verdict)
    return automation, is_asked


def _record_proofs(uow: UnitOfWork, before: Automation, after: Automation, *, at: datetime) -> None:
    """Say in the audit trail which actions are proven now, and which no longer are."""
    changed = [action for action in ACTIONS if (before.proven(action) < 0) is not (after.proven(action) < 0)]
    names = {action: "automation.proven" if after.proven(action) >= 0 else "automation.lapsed" for action in changed}
    uow.audit.append(
        after.site_id,
        [AuditEvent(at, POLICY.id, name, after.site_id, {"action": action.value}) for action, name in names.items()],
    )


def _after_alarms(uow: UnitOfWork, automation: Automation, *, at: datetime) -> Automation:
    actions = ringing(automation)
    if not actions:
        return automation
    detail = {"actions": [action.value for action in actions]}
    uow.audit.append(automation.site_id, [AuditEvent(at, POLICY.id, "automation.alarm", automation.site_id, detail)])
    return after_alarm(automation, actions, at=at)


def pause_where_unanswered(uow: UnitOfWork, site_id: str, *, has_mail: bool, at: datetime) -> bool:
    """Give everything back to people where too many spot checks stay undecided: nobody would notice an error."""
    automation = uow.automations.get(site_id)
    if automation.mode is not Mode.ON:
        return False
    until = at - timedelta(days=ANSWER_DAYS)
    checks = uow.trials.checks(site_id, since=until - timedelta(days=CHECKED_DAYS), until=until)
    if checks.made < LEAST_CHECKS or checks.undecided <= MOST_UNANSWERED * checks.made:
        return False
    before = uow.automations.lock(site_id)
    paused = pausing(before, Pause.SPOT_CHECKS, at=at)
    if paused is before:  # somebody was faster
        return False
    uow.automations.save(paused)
    announce_pause(uow, paused, has_mail=has_mail, by_id=POLICY.id, at=at)
    return True
