"""Trials: what the machine would do about a comment, what people decided, and what of it was counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, or_, select, update

from moderation.actions import Action
from moderation.automation import ACTIONS
from moderation.comment import Status
from moderation.decision import Decision
from moderation.score import SHIPPED, SITE, LogOdds
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many, update_many
from moderation.store.tables import ALARM_WAITS, UNCOUNTED, comments, second_looks, trials
from moderation.trials import UNDONE, Trial


@dataclass(frozen=True, slots=True)
class Checks:
    """Spot checks of some time. undecided: those that nobody has decided."""

    made: int
    undecided: int


class TrialRepository:
    """The trials of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Trial]) -> None:
        """Store what the machine would do, before anybody decided."""
        insert_many(self._connection, trials, [_columns(trial) for trial in new])

    def forget(self, comment_ids: Sequence[str]) -> None:
        """Delete the trials of comments that their authors edited or withdrew."""
        if comment_ids:
            self._connection.execute(delete(trials).where(any_of(trials.c.comment_id, comment_ids)))

    def record_verdicts(self, by_people: Sequence[Decision]) -> None:
        """Write down what moderators decided."""
        standing = [each for each in by_people if each.status_after is not Status.PENDING]
        changes = [({"comment_id": each.comment_id}, _verdict(each, each.status_after.value)) for each in standing]
        update_many(self._connection, trials, changes)
        taken_back = [each.comment_id for each in by_people if each.status_after is Status.PENDING]
        if taken_back:
            verdict = case((trials.c.acted, UNDONE), else_="")
            self._connection.execute(
                update(trials).where(any_of(trials.c.comment_id, taken_back)).values(verdict=verdict)
            )

    def any_uncounted(self, *, asked_before: datetime) -> str:
        """A site with verdicts that are not counted yet, or with errors that the alarm may take in; "" for none."""
        uncounted = select(trials.c.site_id).where(UNCOUNTED).limit(1)
        due = select(trials.c.site_id).select_from(_ASKED).where(ALARM_WAITS, _is_due(asked_before)).limit(1)
        return self._connection.scalar(uncounted) or self._connection.scalar(due) or ""

    def uncounted(self, site_id: str, *, limit: int) -> list[Trial]:
        """The next trials of a site whose verdicts are not counted, in the order of the decisions; locked.

        One that a decision is changing now is left for the next time: waiting for it while others wait for us could
        last for ever.
        """
        next_ones = select(trials).where(UNCOUNTED, trials.c.site_id == site_id)
        ordered = next_ones.order_by(trials.c.verdict_at, trials.c.comment_id).limit(limit)
        ordered = ordered.with_for_update(skip_locked=True)
        return [_trial_from(row) for row in self._connection.execute(ordered)]

    def mark_counted(self, counted: Sequence[Trial]) -> None:
        """Their verdicts are counted; whether the alarm waits is stored too."""
        changes = [
            ({"comment_id": each.comment_id}, {"counted": each.verdict, "alarm_waits": each.alarm_waits})
            for each in counted
        ]
        update_many(self._connection, trials, changes)

    def due_for_alarm(self, site_id: str, *, asked_before: datetime) -> list[Trial]:
        """Trials whose errors the alarm may take in: their second looks are answered, or were asked before then."""
        is_it = (ALARM_WAITS, trials.c.site_id == site_id, _is_due(asked_before))
        query = select(trials).select_from(_ASKED).where(*is_it)
        query = query.order_by(trials.c.comment_id).with_for_update(of=trials, skip_locked=True)
        return [_trial_from(row) for row in self._connection.execute(query)]

    def checks(self, site_id: str, *, since: datetime, until: datetime) -> Checks:
        """The spot checks of a site in some time, of comments that still exist."""
        is_check = (trials.c.would != "", ~trials.c.acted, trials.c.approve_on | trials.c.reject_on)
        query = (
            select(func.count(), func.count().filter(trials.c.verdict == ""))
            .select_from(trials.join(comments, comments.c.id == trials.c.comment_id))
            .where(_in_time(site_id, since, until), *is_check, comments.c.erased_at.is_(None))
        )
        made, undecided = self._connection.execute(query).one()
        return Checks(made, undecided)

    def shares(self, site_id: str, *, since: datetime, until: datetime) -> tuple[int, Counter[tuple[Action, bool]]]:
        """How many trials of a site there were in some time, and by action on how many of them the machine would have
        acted (False) and has (True)."""
        query = select(trials.c.would, trials.c.acted, func.count()).where(_in_time(site_id, since, until))
        rows = self._connection.execute(query.group_by(trials.c.would, trials.c.acted)).all()
        found: Counter[tuple[Action, bool]] = Counter()
        for would, acted, count in rows:
            for action in ACTIONS:
                if would == action.value:
                    found[action, False] += count
                    found[action, True] += count if acted else 0
        return sum(row[2] for row in rows), found

    def newest(self, site_id: str, *, limit: int) -> list[Trial]:
        """The newest trials of a site, the latest first."""
        ordered = select(trials).where(trials.c.site_id == site_id).order_by(trials.c.at.desc(), trials.c.comment_id)
        return [_trial_from(row) for row in self._connection.execute(ordered.limit(limit))]

    def fairly_decided(self, site_id: str, *, limit: int) -> list[Trial]:
        """The newest trials of a site that people decided, each as likely to be seen as any other; locked.

        One that a decision is changing now is left out, and so is that of an erased comment: nobody can say what
        another model would make of it.
        """
        is_it = (trials.c.site_id == site_id, trials.c.verdict != "", trials.c.verdict == trials.c.counted)
        is_fair = ~trials.c.acted & (trials.c.is_fair | ~(trials.c.approve_on | trials.c.reject_on))
        there = trials.join(comments, comments.c.id == trials.c.comment_id)
        ordered = select(trials).select_from(there).where(*is_it, is_fair, comments.c.erased_at.is_(None))
        ordered = ordered.order_by(trials.c.at.desc(), trials.c.comment_id)
        rows = self._connection.execute(ordered.limit(limit).with_for_update(of=trials, skip_locked=True))
        return [_trial_from(row) for row in rows]

    def rescore(self, rescored: Sequence[Trial]) -> None:
        """Keep what another shipped model says of these."""
        names = ("shipped_spam", "shipped_abuse", "site_spam", "site_abuse", "model")
        rows = [({"comment_id": each.comment_id}, _columns(each)) for each in rescored]
        update_many(self._connection, trials, [(key, {name: row[name] for name in names}) for key, row in rows])

    def get_many(self, comment_ids: Sequence[str]) -> dict[str, Trial]:
        """The trials of these comments, by comment id."""
        rows = self._connection.execute(select(trials).where(any_of(trials.c.comment_id, comment_ids)))
        return {row.comment_id: _trial_from(row) for row in rows}


_ASKED = trials.join(second_looks, second_looks.c.comment_id == trials.c.comment_id)


def _is_due(asked_before: datetime) -> ColumnElement[bool]:
    return or_(second_looks.c.answered_at.is_not(None), second_looks.c.asked_at < asked_before)


def _in_time(site_id: str, since: datetime, until: datetime) -> Any:
    return and_(trials.c.site_id == site_id, trials.c.at >= since, trials.c.at < until)


def _verdict(decision: Decision, verdict: str) -> dict[str, Any]:
    return {"verdict": verdict, "verdict_by": decision.by.id, "verdict_at": decision.at}


def _columns(trial: Trial) -> dict[str, Any]:
    site = trial.odds.get(SITE)
    return {
        "comment_id": trial.comment_id,
        "site_id": trial.site_id,
        "at": trial.at,
        "line": trial.line,
        "shipped_spam": trial.odds[SHIPPED].spam,
        "shipped_abuse": trial.odds[SHIPPED].abuse,
        "site_spam": site.spam if site else None,
        "site_abuse": site.abuse if site else None,
        "may_approve": trial.may_approve,
        "would": trial.would.value if trial.would else "",
        "acted": trial.acted,
        "is_fair": trial.is_fair,
        "approve_on": Action.APPROVE in trial.on,
        "reject_on": Action.REJECT in trial.on,
        "verdict": trial.verdict,
        "verdict_by": trial.by,
        "verdict_at": None,
        "counted": trial.counted,
        "alarm_waits": trial.alarm_waits,
        "model": trial.model,
    }


def _trial_from(row: Row[Any]) -> Trial:
    odds = {SHIPPED: LogOdds(row.shipped_spam, row.shipped_abuse)}
    if row.site_spam is not None:
        odds[SITE] = LogOdds(row.site_spam, row.site_abuse)
    on = {Action.APPROVE: row.approve_on, Action.REJECT: row.reject_on}
    return Trial(
        comment_id=row.comment_id,
        site_id=row.site_id,
        at=row.at,
        line=row.line,
        odds=odds,
        may_approve=row.may_approve,
        would=Action(row.would) if row.would else None,
        acted=row.acted,
        is_fair=row.is_fair,
        on=frozenset(action for action, is_on in on.items() if is_on),
        verdict=row.verdict,
        by=row.verdict_by,
        counted=row.counted,
        alarm_waits=row.alarm_waits,
        model=row.model,
    )
