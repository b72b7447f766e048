"""What anybody may know across threads: the latest comments, how many there are, and which threads changed."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, literal, select, tuple_, union_all

from moderation.closing import is_closed
from moderation.comment import ThreadRef
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.site import Site
from moderation.store.database.any_of import any_of
from moderation.store.database.utc_timestamp import UtcTimestamp, micros_of, moment_of
from moderation.store.tables import IS_SHOWN_AS_BEFORE, LIVE, TRACED, comments, old_keys, threads
from moderation.store.threads import thread_from


@dataclass(frozen=True, slots=True)
class LatestComment:
    """Where a published comment stands; its text is read by `ThreadRepository.public_comments`.

    version: another one whenever its text is.
    """

    id: str
    thread: ThreadRef
    version: str = ""


@dataclass(frozen=True, slots=True)
class PublishedThread:
    """A thread in a list. count: of its published comments. changed_at: as of `Thread`."""

    key: str
    url: str
    title: str
    count: int
    changed_at: datetime
    is_closed: bool


class PublishedRepository:
    """Published comments across threads, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def latest(self, site_id: str, *, thread_id: str = "", limit: int) -> list[LatestComment]:
        """The latest published comments of a site, or of one thread, by their time, latest first."""
        where = comments.c.thread_id == thread_id if thread_id else comments.c.site_id == site_id
        rows: list[Row[Any]] = []
        for is_public in (_IS_PUBLIC, _IS_AS_BEFORE):  # apart, so that each is read from its own index
            query = _LATEST.where(where, *is_public).order_by(*_LATEST_FIRST).limit(limit)
            rows += self._connection.execute(query)
        rows.sort(key=lambda row: (row.received_at, row.id), reverse=True)
        return [
            LatestComment(row.id, ThreadRef(row.key, row.url, row.title), f"{row.status} {row.edited_at}")
            for row in rows[:limit]
        ]

    def counts(self, site_id: str, keys: Iterable[str]) -> dict[str, int]:
        """How many published comments there are under each of these keys, old ones too. Unknown keys are left out."""
        rows = self._connection.execute(_COUNTS, {"of_site": site_id, "keys": list(keys)})
        return {row[0]: row[1] for row in rows}

    def threads(
        self, site: Site, *, since: datetime | None = None, cursor: str = "", limit: int, at: datetime
    ) -> tuple[list[PublishedThread], str]:
        """Threads in the order of their last change, and the cursor of the next page, "" on the last one.

        Those with published comments; with `since` also those that lost theirs, so that a copy can lose them too.
        Raises Invalid for a cursor that is not ours.
        """
        query = _THREADS.where(threads.c.site_id == site.id).limit(limit + 1)
        query = query.where(threads.c.changed_at >= since) if since else query.where(_COUNT > 0)
        if cursor:
            changed_at, thread_id = _read_cursor(cursor)
            after = tuple_(literal(changed_at, UtcTimestamp()), literal(thread_id))
            query = query.where(tuple_(threads.c.changed_at, threads.c.id) > after)
        rows = self._connection.execute(query).all()
        shown = [
            PublishedThread(
                row.key,
                row.url,
                row.title,
                row.published,
                row.changed_at,
                is_closed(thread_from(row), site.policy, at=at),
            )
            for row in rows[:limit]
        ]
        last = rows[limit - 1] if len(rows) > limit else None
        return shown, _cursor_of(last.changed_at, last.id) if last else ""


_IS_PUBLIC = (comments.c.status == "approved", LIVE)
_IS_AS_BEFORE = (TRACED, IS_SHOWN_AS_BEFORE, LIVE)
_LATEST_FIRST = (comments.c.received_at.desc(), comments.c.id.desc())
_LATEST = select(
    comments.c.id,
    comments.c.received_at,
    comments.c.status,
    comments.c.edited_at,
    threads.c.key,
    threads.c.url,
    threads.c.title,
).join(threads, comments.c.thread_id == threads.c.id)

_named = union_all(
    *(
        select(table.c.key, id.label("thread_id")).where(
            table.c.site_id == bindparam("of_site"), any_of(table.c.key, "keys")
        )
        for table, id in ((threads, threads.c.id), (old_keys, old_keys.c.thread_id))
    )
).subquery()


def _count_of(thread_id: ColumnElement[str]) -> ColumnElement[int]:
    """How many published comments the thread of a row has, counted in the indexes of its comments."""
    counts = [
        select(func.count())
        .select_from(comments)
        .where(comments.c.thread_id == thread_id, *is_public)
        .correlate_except(comments)
        .scalar_subquery()
        for is_public in (_IS_PUBLIC, _IS_AS_BEFORE)
    ]
    return counts[0] + counts[1]


_COUNTS = select(_named.c.key, _count_of(_named.c.thread_id))
_COUNT = _count_of(threads.c.id)
_THREADS = (
    select(threads, _COUNT.label("published"))
    .where(threads.c.changed_at.is_not(None))
    .order_by(threads.c.changed_at, threads.c.id)
)


def _cursor_of(changed_at: datetime, thread_id: str) -> str:
    return base64.urlsafe_b64encode(f"{micros_of(changed_at)}.{thread_id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        micros, dot, thread_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(".")
        if dot and micros.isdecimal() and "\0" not in thread_id:
            return moment_of(int(micros)), thread_id
    except (ValueError, OverflowError):
        pass
    raise Invalid("cursor", Message(N_("is not one of this list; leave it out to begin at the first page.")))
