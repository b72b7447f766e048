"""The figures of a site, counted month by month: one scan of each table for all months."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, case, func, literal, select, type_coerce

from moderation.appeals import Outcome
from moderation.comment import Status
from moderation.decision import POLICY
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables import appeals, comments, decisions, reports
from moderation.transparency import Month, for_public

MICROSECONDS = 1_000_000


class TransparencyRepository:
    """The figures of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def months(self, site_id: str, starts: Sequence[datetime]) -> list[Month]:
        """The figures of each month. starts: their beginnings, and the end of the last."""
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        reasons: dict[int, Counter[str]] = defaultdict(Counter)
        self._count(counts, "received", comments.c.site_id == site_id, comments.c.received_at, starts)
        self._count(counts, "erased", comments.c.site_id == site_id, comments.c.erased_at, starts)
        self._count(counts, "appeals", appeals.c.site_id == site_id, appeals.c.at, starts)
        self._count(counts, "reports", reports.c.site_id == site_id, reports.c.at, starts)
        granted = (appeals.c.site_id == site_id) & (appeals.c.outcome == Outcome.GRANTED.value)
        self._count(counts, "overturned", granted, appeals.c.decided_at, starts)
        for month, status, is_policy, reason, count in self._decisions(site_id, starts):
            is_rejected = status == Status.REJECTED.value
            counts[month]["rejected" if is_rejected else "published"] += count
            counts[month]["by_policy" if is_policy else "by_people"] += count
            if is_rejected:
                reasons[month][reason] += count
        return [
            for_public(f"{start:%Y-%m}", counts[n], reasons[n], self._median_s(site_id, start, starts[n + 1]))
            for n, start in enumerate(starts[:-1])
        ]

    def _count(
        self,
        counts: Mapping[int, Counter[str]],
        name: str,
        condition: ColumnElement[bool],
        at: Column[Any],
        starts: Sequence[datetime],
    ) -> None:
        month = _month_of(at, starts).label("month")
        query = select(month, func.count()).where(condition, at >= starts[0], at < starts[-1]).group_by(month)
        for number, count in self._connection.execute(query):
            counts[number][name] += count

    def _decisions(self, site_id: str, starts: Sequence[datetime]) -> Sequence[Any]:
        at = decisions.c.at
        what = (
            _month_of(at, starts).label("month"),
            decisions.c.status_after,
            case((decisions.c.by_id == POLICY.id, 1), else_=0).label("is_policy"),
            decisions.c.reason,
        )
        query = select(*what, func.count()).where(decisions.c.site_id == site_id, _IS_FINAL)
        return self._connection.execute(query.where(at >= starts[0], at < starts[-1]).group_by(*what)).all()

    def _median_s(self, site_id: str, start: datetime, end: datetime) -> int | None:
        """The median time until the first final decision, in whole seconds; None when there was none."""
        waited = type_coerce(decisions.c.at, BigInteger) - type_coerce(comments.c.received_at, BigInteger)
        first = (
            select(waited.label("waited"))
            .select_from(decisions.join(comments, comments.c.id == decisions.c.comment_id))
            .where(decisions.c.site_id == site_id, _IS_FINAL, decisions.c.status_before == Status.PENDING.value)
            .where(decisions.c.at >= start, decisions.c.at < end)
        )
        count = self._connection.scalar(select(func.count()).select_from(first.subquery())) or 0
        if not count:
            return None
        middle = self._connection.scalar(first.order_by("waited").offset((count - 1) // 2).limit(1)) or 0
        return int(middle) // MICROSECONDS


_IS_FINAL = decisions.c.status_after.in_([Status.APPROVED.value, Status.REJECTED.value]) & (decisions.c.undoes == "")


def _month_of(at: Column[Any], starts: Sequence[datetime]) -> ColumnElement[int]:
    """The number of the month, from 0 on."""
    return case(*((at < literal(end, UtcTimestamp), n) for n, end in enumerate(starts[1:])), else_=len(starts))
