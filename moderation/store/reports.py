"""Reports of readers: added, gathered by comment, and ended by decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from moderation.reasons import reason_named
from moderation.reports import Outcome, Report, Reported
from moderation.store.database.any_of import any_of
from moderation.store.tables import OPEN, reports

MAX_COUNT = 1_000
COUNTED = 100
"""How many earlier reports of a network tell what its next one counts for."""


class ReportRepository:
    """The reports of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, report: Report, *, network_key: bytes) -> None:
        """Store a new report; it replaces one of the same network about the same comment."""
        same = (reports.c.comment_id == report.comment_id, reports.c.network_key == network_key)
        self._connection.execute(delete(reports).where(*same))
        self._connection.execute(
            insert(reports),
            {
                "id": report.id,
                "site_id": report.site_id,
                "comment_id": report.comment_id,
                "reason": report.reason.value,
                "text": report.text,
                "network_key": network_key,
                "weight": report.weight,
                "at": report.at,
                "outcome": report.outcome.value,
                "ended_at": None,
            },
        )

    def by_network(self, comment_id: str, network_key: bytes) -> Report | None:
        """What this network reported about the comment before, open or not."""
        query = select(reports).where(reports.c.comment_id == comment_id, reports.c.network_key == network_key)
        row = self._connection.execute(query).one_or_none()
        return _report_from(row) if row else None

    def past_of(self, site_id: str, network_key: bytes) -> tuple[int, int]:
        """How many reports of a network were upheld, and how many dismissed, of those on this site."""
        upheld, dismissed = (self._count(site_id, network_key, each) for each in (Outcome.UPHELD, Outcome.DISMISSED))
        return upheld, dismissed

    def about(self, comment_ids: Sequence[str]) -> dict[str, tuple[Report, ...]]:
        """The open reports about each of these comments, oldest first; those without any are left out."""
        found: dict[str, tuple[Report, ...]] = {}
        for row in self._connection.execute(_ABOUT, {"ids": list(comment_ids)}) if comment_ids else ():
            found[row.comment_id] = (*found.get(row.comment_id, ()), _report_from(row))
        return found

    def gathered(self, *, sites: Sequence[str], limit: int) -> list[Reported]:
        """The comments with open reports, the weightiest first."""
        weight = func.sum(reports.c.weight).label("weight")
        query = (
            select(reports.c.comment_id, func.count(), weight, func.max(reports.c.id))
            .where(OPEN, any_of(reports.c.site_id, sites))
            .group_by(reports.c.comment_id)
            .order_by(weight.desc(), reports.c.comment_id)
            .limit(limit)
        )
        return [Reported(*row) for row in self._connection.execute(query)]

    def count_reported(self, *, sites: Sequence[str]) -> int:
        """How many comments have open reports, counted up to MAX_COUNT."""
        return self._connection.scalar(_COUNT_REPORTED, {"sites": list(sites)}) or 0

    def end(self, comment_ids: Sequence[str], outcome: Outcome, *, at: datetime, last_id: str = "") -> int:
        """Give the open reports about these comments an outcome; returns how many there were.

        last_id: leave out those that came after this one; "" for none.
        """
        open_ones = update(reports).where(any_of(reports.c.comment_id, comment_ids), OPEN)
        if last_id:
            open_ones = open_ones.where(reports.c.id <= last_id)
        return self._connection.execute(open_ones.values(outcome=outcome.value, ended_at=at)).rowcount

    def _count(self, site_id: str, network_key: bytes, outcome: Outcome) -> int:
        by_it = (reports.c.site_id == site_id, reports.c.network_key == network_key)
        some = select(reports.c.id).where(*by_it, reports.c.outcome == outcome.value).limit(COUNTED)
        return self._connection.scalar(select(func.count()).select_from(some.subquery())) or 0


_ABOUT = select(reports).where(OPEN, any_of(reports.c.comment_id, "ids")).order_by(reports.c.id)
_COUNT_REPORTED = select(func.count()).select_from(
    select(reports.c.comment_id)
    .where(OPEN, any_of(reports.c.site_id, "sites"))
    .distinct()
    .limit(MAX_COUNT)
    .subquery()
)


def _report_from(row: Row[Any]) -> Report:
    return Report(
        id=row.id,
        site_id=row.site_id,
        comment_id=row.comment_id,
        reason=reason_named(row.reason),
        text=row.text,
        weight=row.weight,
        at=row.at,
        outcome=Outcome(row.outcome),
    )
