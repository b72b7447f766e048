"""Decisions about whole lists in the store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from moderation.actions import action_named
from moderation.bulk_run import BulkRun, RunStatus
from moderation.decided_by import DecidedBy
from moderation.errors import NotFound
from moderation.reasons import reason_named
from moderation.store.database.any_of import any_of
from moderation.store.database.utc_timestamp import micros_of, moment_of
from moderation.store.tables import BY_PEOPLE, IN_FORCE, bulk_runs, decisions


class BulkRunRepository:
    """The runs of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: BulkRun) -> None:
        """Store a new run."""
        values = {
            "id": run.id,
            "by_id": run.by.id,
            "by_name": run.by.name,
            "sites": list(run.sites),
            "filters": _filters(run),
            "action": run.action.value,
            "reason": run.reason.value if run.reason else "",
            "note": run.note,
            "at": run.at,
            "status": run.status.value,
            "total": run.total,
            "done": 0,
            "cursor": "",
        }
        self._connection.execute(insert(bulk_runs), values)

    def get(self, run_id: str) -> BulkRun:
        """One run. Raises NotFound."""
        row = self._connection.execute(select(bulk_runs).where(bulk_runs.c.id == run_id)).one_or_none()
        if row is None:
            raise NotFound("run", run_id)
        return _run_from(row)

    def next_waiting(self) -> BulkRun | None:
        """The oldest run that has not ended."""
        oldest = select(bulk_runs).where(IN_FORCE).order_by(bulk_runs.c.at, bulk_runs.c.id).limit(1)
        row = self._connection.execute(oldest).one_or_none()
        return None if row is None else _run_from(row)

    def latest(self, by_id: str, *, limit: int) -> list[BulkRun]:
        """The latest runs of a moderator."""
        theirs = select(bulk_runs).where(bulk_runs.c.by_id == by_id).order_by(bulk_runs.c.at.desc()).limit(limit)
        return [_run_from(row) for row in self._connection.execute(theirs)]

    def note_time(self, run_id: str, at: datetime) -> bool:
        """Note when a run is about to decide; false for one that has ended, which must decide no more."""
        is_it = (bulk_runs.c.id == run_id, IN_FORCE)
        row = self._connection.execute(select(bulk_runs).where(*is_it).with_for_update()).one_or_none()
        if row is None:
            return False
        run = _run_from(row)
        noted = _filters(replace(run, times=(*run.times, at)))
        self._connection.execute(update(bulk_runs).where(*is_it).values(filters=noted))
        return True

    def move_on(self, run_id: str, cursor: str) -> None:
        """Note how far a run got, unless it has ended."""
        self._connection.execute(update(bulk_runs).where(bulk_runs.c.id == run_id, IN_FORCE).values(cursor=cursor))

    def end(self, run_id: str, status: RunStatus, *, at: datetime) -> None:
        """End a run that has not ended yet, and forget the address that it looked for."""
        self._end([run_id], status, at=at)

    def cancel_all_of(self, by_id: str, *, at: datetime) -> None:
        """Stop the runs of somebody who may no longer decide."""
        theirs = select(bulk_runs.c.id).where(bulk_runs.c.by_id == by_id, IN_FORCE)
        self._end(self._connection.scalars(theirs).all(), RunStatus.CANCELLED, at=at)

    def _end(self, run_ids: Sequence[str], status: RunStatus, *, at: datetime) -> None:
        is_one = (any_of(bulk_runs.c.id, run_ids), IN_FORCE)
        query = select(bulk_runs.c.id, bulk_runs.c.filters).where(*is_one).with_for_update()
        for row in self._connection.execute(query).all():
            asked = {name: value for name, value in row.filters["asked"].items() if not _is_sealed(name, value)}
            values = {"status": status.value, "ended_at": at, "filters": row.filters | {"asked": asked}}
            self._connection.execute(update(bulk_runs).where(bulk_runs.c.id == row.id).values(**values))

    def decided(self, run: BulkRun) -> int:
        """How many decisions the run has made."""
        found = select(func.count()).select_from(decisions).where(*_made_by(run), decisions.c.at.in_(run.times))
        return (self._connection.scalar(found) or 0) if run.times else 0

    def decisions_at(self, run: BulkRun, at: datetime) -> list[str]:
        """The ids of the decisions that the run made at this time."""
        query = select(decisions.c.id).where(*_made_by(run), decisions.c.at == at).order_by(decisions.c.id)
        return list(self._connection.scalars(query))


def _made_by(run: BulkRun) -> tuple[Any, ...]:
    kind = [decisions.c.reason == run.reason.value] if run.reason else []
    return (decisions.c.by_id == run.by.id, BY_PEOPLE, decisions.c.action == run.action.value, *kind)


def _filters(run: BulkRun) -> dict[str, Any]:
    return {"asked": dict(run.asked), "times": [micros_of(at) for at in run.times]}


def _run_from(row: Row[Any]) -> BulkRun:
    return BulkRun(
        id=row.id,
        by=DecidedBy(row.by_id, row.by_name),
        sites=tuple(row.sites),
        asked=row.filters["asked"],
        action=action_named(row.action),
        reason=reason_named(row.reason) if row.reason else None,
        note=row.note,
        at=row.at,
        status=RunStatus(row.status),
        total=row.total,
        times=tuple(moment_of(at) for at in row.filters["times"]),
        cursor=row.cursor,
        ended_at=row.ended_at,
    )


def _is_sealed(name: str, value: Any) -> bool:
    return name == "author" and str(value).startswith("~")
