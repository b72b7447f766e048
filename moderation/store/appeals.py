"""Appeals: added by authors, listed and decided by moderators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from moderation.appeals import Appeal, Outcome
from moderation.decided_by import DecidedBy
from moderation.errors import NotFound
from moderation.store.database.any_of import any_of
from moderation.store.tables import OPEN, appeals, memberships, moderators

MAX_COUNT = 1_000
_MAY_DECIDE = ("moderator", "owner")


class AppealRepository:
    """The appeals of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, appeal: Appeal) -> None:
        """Store a new one. The caller has looked for another about the same decision, with its comment locked."""
        self._connection.execute(
            insert(appeals),
            {
                "id": appeal.id,
                "site_id": appeal.site_id,
                "comment_id": appeal.comment_id,
                "decision_id": appeal.decision_id,
                "text": appeal.text,
                "at": appeal.at,
                "outcome": appeal.outcome.value,
                "by_id": "",
                "by_name": "",
                "answer": "",
            },
        )

    def get(self, appeal_id: str) -> Appeal:
        """One appeal. Raises NotFound."""
        row = self._connection.execute(select(appeals).where(appeals.c.id == appeal_id)).one_or_none()
        if row is None:
            raise NotFound("appeal", appeal_id)
        return _appeal_from(row)

    def about(self, comment_id: str) -> list[Appeal]:
        """Every appeal about the decisions of one comment, oldest first."""
        query = select(appeals).where(appeals.c.comment_id == comment_id).order_by(appeals.c.at, appeals.c.id)
        return [_appeal_from(row) for row in self._connection.execute(query)]

    def waiting(self, *, sites: Sequence[str], limit: int) -> list[Appeal]:
        """The open appeals of these sites, oldest first."""
        query = select(appeals).where(OPEN, any_of(appeals.c.site_id, sites))
        return [_appeal_from(row) for row in self._connection.execute(query.order_by(*_IN_ORDER).limit(limit))]

    def count_waiting(self, *, sites: Sequence[str]) -> int:
        """How many are open, counted up to MAX_COUNT."""
        return self._connection.scalar(_COUNT_WAITING, {"sites": list(sites)}) or 0

    def decide(
        self, comment_ids: Sequence[str], outcome: Outcome, by: DecidedBy, *, at: datetime, answer: str = ""
    ) -> list[Appeal]:
        """Give the open appeals about these comments an outcome; returns them as they are then."""
        open_ones = update(appeals).where(any_of(appeals.c.comment_id, comment_ids), OPEN)
        decided = {"outcome": outcome.value, "by_id": by.id, "by_name": by.name, "decided_at": at, "answer": answer}
        rows = self._connection.execute(open_ones.values(**decided).returning(appeals))
        return sorted((_appeal_from(row) for row in rows), key=lambda appeal: appeal.id)

    def answer(self, appeal_id: str, answer: str) -> None:
        """Put down what the author reads of a decision about an appeal."""
        self._connection.execute(update(appeals).where(appeals.c.id == appeal_id).values(answer=answer))

    def another_decider(self, site_id: str, *, besides: str) -> bool:
        """Whether the site has another moderator who may decide, besides the one of this id."""
        other = (
            select(moderators.c.id)
            .join(memberships, memberships.c.moderator_id == moderators.c.id)
            .where(memberships.c.site_id == site_id, memberships.c.role.in_(_MAY_DECIDE))
            .where(moderators.c.id != besides, moderators.c.disabled_at.is_(None))
            .limit(1)
        )
        return self._connection.execute(other).first() is not None


_IN_ORDER = (appeals.c.at, appeals.c.id)
_COUNT_WAITING = select(func.count()).select_from(
    select(appeals.c.id).where(OPEN, any_of(appeals.c.site_id, "sites")).limit(MAX_COUNT).subquery()
)


def _appeal_from(row: Row[Any]) -> Appeal:
    return Appeal(
        id=row.id,
        site_id=row.site_id,
        comment_id=row.comment_id,
        decision_id=row.decision_id,
        text=row.text,
        at=row.at,
        outcome=Outcome(row.outcome),
        by=DecidedBy(row.by_id, row.by_name) if row.decided_at else None,
        decided_at=row.decided_at,
        answer=row.answer,
    )
