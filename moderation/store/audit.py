"""The audit trail of each site: append and read. There is no update."""

from collections.abc import Iterator, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    not_,
    select,
    text,
    union,
)
from sqlalchemy.exc import OperationalError

from moderation.audit import BEGINNING, UNREADABLE, AuditEvent, Entry, chain
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import audit, decisions, sites

READ_AT_ONCE = 1_000
"""How many entries are in memory when a chain is read."""


class AuditRepository:
    """The audit trail of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, site_id: str, facts: Sequence[AuditEvent]) -> None:
        """Append entries to the site's chain. It is locked until the transaction ends."""
        if not facts:
            return
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:site, 0))"), {"site": f"audit/{site_id}"}
            )
        number, last_hash = self._head(site_id)
        entries = chain(facts, site_id=site_id, number=number, last_hash=last_hash)
        insert_many(
            self._connection,
            audit,
            [
                {
                    "site_id": site_id,
                    "number": entry.number,
                    "at": entry.fact.at,
                    "by_id": entry.fact.by_id,
                    "action": entry.fact.action,
                    "subject": entry.fact.subject,
                    "detail": entry.fact.detail,
                    "hash": entry.hash,
                }
                for entry in entries
            ],
        )

    def entries(self, site_id: str) -> Iterator[Entry]:
        """The whole chain from its beginning. Raises ValueError at an entry that cannot be decoded."""
        query = select(*_ENTRY).where(audit.c.site_id == site_id).order_by(audit.c.number)
        last, at_once = None, READ_AT_ONCE
        while True:
            some = query if last is None else query.where(audit.c.number > last)
            try:
                rows = self._connection.execute(some.limit(at_once)).all()
            except (OperationalError, *UNREADABLE) as problem:
                if isinstance(problem, OperationalError) and "decode" not in str(problem.orig):
                    raise
                if at_once == 1:
                    raise ValueError("an entry that cannot be read") from problem
                at_once = 1  # the entries before it can be read
                continue
            for number, at, by_id, action, subject, detail, hash in rows:
                yield Entry(site_id, number, AuditEvent(at, by_id, action, subject, detail), hash)
            if len(rows) < at_once:
                return
            last = rows[-1].number

    def page(
        self, site_id: str, *, action: str = "", by_id: str = "", before: int | None = None, limit: int
    ) -> list[Entry]:
        """The latest entries first. action: those that begin so, such as "email."; before: where to go on."""
        query = select(*_ENTRY).where(audit.c.site_id == site_id, audit.c.action.startswith(action, autoescape=True))
        if by_id:
            query = query.where(audit.c.by_id == by_id)
        if before is not None:
            query = query.where(audit.c.number < before)
        rows = self._connection.execute(query.order_by(audit.c.number.desc()).limit(limit))
        return [
            Entry(site_id, number, AuditEvent(at, by, what, subject, detail), hash)
            for number, at, by, what, subject, detail, hash in rows
        ]

    def differing_decisions(self, site_id: str, between: tuple[int, int], *, limit: int) -> list[str]:
        """The ids of decisions that are missing, or not as the entries say.

        between: after which and up to which number of the chain, whose entries must be whole.
        """
        differs = not_(func.coalesce(_IS_AS_AUDITED, false()))
        query = select(_DECISION_ID).select_from(audit.outerjoin(decisions, decisions.c.id == _DECISION_ID))
        found = query.where(*_decisions_of(site_id, between), differs).order_by(audit.c.number).limit(limit)
        return [str(id) for id in self._connection.scalars(found)]

    def count_decisions(self, site_id: str, between: tuple[int, int]) -> int:
        """How many of the stored decisions these entries are about."""
        found = select(func.count()).select_from(audit.join(decisions, decisions.c.id == _DECISION_ID))
        return self._connection.scalar(found.where(*_decisions_of(site_id, between))) or 0

    def site_ids(self) -> list[str]:
        """Every site that exists or has a chain; "" is the installation itself."""
        return sorted(self._connection.scalars(union(select(audit.c.site_id), select(sites.c.id))))

    def _head(self, site_id: str) -> tuple[int, str]:
        row = self._connection.execute(_HEAD, {"site_id": site_id}).one_or_none()
        return (0, BEGINNING) if row is None else (row.number, row.hash)


def _decisions_of(site_id: str, between: tuple[int, int]) -> list[ColumnElement[bool]]:
    after, up_to = between
    is_between = (audit.c.number > after, audit.c.number <= up_to)
    return [audit.c.site_id == site_id, *is_between, audit.c.action.startswith("decision.")]


def _told(name: str) -> ColumnElement[str]:
    """One value of an entry's detail, as text."""
    return cast(audit.c.detail[name].as_string(), Text)


_ENTRY = (
    audit.c.number,
    audit.c.at,
    audit.c.by_id,
    audit.c.action,
    audit.c.subject,
    audit.c.detail,
    audit.c.hash,
)
_DECISION_ID = audit.c.detail["decision"].as_string()
_IS_AS_AUDITED = and_(
    decisions.c.comment_id == audit.c.subject,
    literal_column("'decision.'") + decisions.c.action == audit.c.action,
    decisions.c.by_id == audit.c.by_id,
    decisions.c.at == audit.c.at,
    decisions.c.reason == _told("reason"),
    cast(decisions.c.revision, Text) == _told("revision"),
    decisions.c.status_after == _told("status"),
    decisions.c.undoes == _told("undoes"),
)
_HEAD = (
    select(audit.c.number, audit.c.hash)
    .where(audit.c.site_id == bindparam("site_id"))
    .order_by(audit.c.number.desc())
    .limit(1)
)
