"""Second looks: decisions against what the machine would have done, for another moderator to confirm."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from moderation.automation import SECOND_LOOK_WAIT
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import UNANSWERED, comments, second_looks


class SecondLookRepository:
    """The second looks of one transaction. There is one for a comment at most."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, site_id: str, first_by: dict[str, str], *, at: datetime) -> None:
        """Ask for second looks at comments. first_by: by comment id, who decided."""
        rows = [
            {
                "comment_id": comment_id,
                "site_id": site_id,
                "asked_at": at,
                "first_by": by_id,
                "answered_at": None,
                "answered_by": "",
            }
            for comment_id, by_id in first_by.items()
        ]
        insert_many(self._connection, second_looks, rows, keep=["comment_id"])

    def answer(self, comment_ids: Sequence[str], by_id: str, *, at: datetime) -> int:
        """This moderator has looked at these, if they may; returns at how many."""
        changed = update(second_looks).where(any_of(second_looks.c.comment_id, comment_ids), _may_answer(by_id, at))
        return self._connection.execute(changed.values(answered_at=at, answered_by=by_id)).rowcount

    def open_ones(self, *, sites: Sequence[str], by_id: str, at: datetime, limit: int) -> list[str]:
        """The comments of these sites that this moderator may look at, without erased ones; oldest question first."""
        live = second_looks.join(comments, comments.c.id == second_looks.c.comment_id)
        query = select(second_looks.c.comment_id).select_from(live).where(*_open(sites, by_id, at))
        return list(self._connection.scalars(query.order_by(second_looks.c.asked_at).limit(limit)))

    def may_answer(self, comment_id: str, *, sites: Sequence[str], by_id: str, at: datetime) -> bool:
        """Whether this moderator is asked about a comment."""
        live = second_looks.join(comments, comments.c.id == second_looks.c.comment_id)
        is_it = (second_looks.c.comment_id == comment_id, *_open(sites, by_id, at))
        return bool(self._connection.scalar(select(func.count()).select_from(live).where(*is_it)))

    def waiting(self, site_id: str) -> int:
        """How many of a site wait for an answer, whoever may give it."""
        query = select(func.count()).where(UNANSWERED, second_looks.c.site_id == site_id)
        return self._connection.scalar(query) or 0

    def count(self, *, sites: Sequence[str], by_id: str, at: datetime) -> int:
        """How many there are."""
        live = second_looks.join(comments, comments.c.id == second_looks.c.comment_id)
        query = select(func.count()).select_from(live).where(*_open(sites, by_id, at))
        return self._connection.scalar(query) or 0


def _open(sites: Sequence[str], by_id: str, at: datetime) -> tuple[Any, ...]:
    return any_of(second_looks.c.site_id, sites), _may_answer(by_id, at), comments.c.erased_at.is_(None)


def _may_answer(by_id: str, at: datetime) -> ColumnElement[bool]:
    """Another moderator may at once, the one who decided after a day."""
    is_allowed = or_(second_looks.c.first_by != by_id, second_looks.c.asked_at <= at - SECOND_LOOK_WAIT)
    return and_(UNANSWERED, is_allowed)
