"""What came to a site in some time, for digests."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.sql import ColumnElement

from moderation.comment import Status
from moderation.mail.notify import News
from moderation.store.tables import LIVE, comments

MOST_LISTED = 1_000
"""Among how many of the newest that wait the doubtful ones are looked for."""


class NewsRepository:
    """What is new, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self, site_id: str, *, since: datetime, until: datetime) -> News:
        """How many comments were received after `since` and not after `until`, by what became of them."""
        query = select(comments.c.status, func.count()).where(*_received(site_id, since, until))
        rows = self._connection.execute(query.group_by(comments.c.status))
        found: Counter[str] = Counter({row[0]: row[1] for row in rows})
        waiting = select(func.count()).where(LIVE, comments.c.site_id == site_id, _IS_PENDING)
        return News(
            pending=found[Status.PENDING.value],
            approved=found[Status.APPROVED.value],
            rejected=found[Status.REJECTED.value],
            waiting=self._connection.scalar(waiting) or 0,
        )

    def newest_waiting(self, site_id: str, *, since: datetime, until: datetime) -> list[tuple[str, Any, Any]]:
        """The newest of them that wait: the id, spam and abuse of each, newest first; at most MOST_LISTED."""
        query = select(comments.c.id, comments.c.spam, comments.c.abuse).where(*_received(site_id, since, until))
        newest = query.where(_IS_PENDING).order_by(comments.c.received_at.desc(), comments.c.id.desc())
        return [(id, spam, abuse) for id, spam, abuse in self._connection.execute(newest.limit(MOST_LISTED))]


_IS_PENDING: ColumnElement[bool] = comments.c.status == Status.PENDING.value


def _received(site_id: str, since: datetime, until: datetime) -> tuple[Any, ...]:
    return (LIVE, comments.c.site_id == site_id, comments.c.received_at > since, comments.c.received_at <= until)
