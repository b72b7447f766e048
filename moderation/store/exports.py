"""A site's threads and comments, read in order for an export."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, select

from moderation.comment import Email, Thread
from moderation.exports.contents import ExportedComment, ExportedThread
from moderation.store.comments import CommentRepository
from moderation.store.database.any_of import among
from moderation.store.decisions import DecisionRepository
from moderation.store.row_mapping import comment_from, select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import comments, old_keys, threads

READ_AT_ONCE = 500
"""How many comments are in memory at a time."""


class ExportRepository:
    """Reading all of a site, in one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def threads(self, site_id: str) -> Iterator[ExportedThread]:
        """All threads of the site, by their keys."""
        query = select(threads).where(threads.c.site_id == site_id).order_by(threads.c.key).limit(READ_AT_ONCE)
        last = ""
        while rows := self._connection.execute(query.where(threads.c.key > last)).all():
            last = rows[-1].key
            led_by = self._old_keys([row.id for row in rows])
            for row in rows:
                thread = Thread(row.id, row.site_id, row.key, row.url, row.title, row.version, row.closed_at)
                yield ExportedThread(thread, tuple(led_by.get(row.id, ())))

    def _old_keys(self, thread_ids: list[str]) -> dict[str, list[str]]:
        query = select(old_keys.c.thread_id, old_keys.c.key).where(among(old_keys.c.thread_id, thread_ids))
        found: dict[str, list[str]] = defaultdict(list)
        for thread_id, key in self._connection.execute(query.order_by(old_keys.c.key)):
            found[thread_id].append(key)
        return found

    def comments(self, site_id: str, *, with_emails: bool) -> Iterator[ExportedComment]:
        """All comments of the site that are not erased, oldest first.

        with_emails: with their authors' addresses. That belongs into the audit trail.
        """
        query = select_comments().add_columns(comments.c.email_sealed).where(comments.c.site_id == site_id)
        query = query.order_by(comments.c.id).limit(READ_AT_ONCE)
        decisions, scored = DecisionRepository(self._connection), CommentRepository(self._connection, self._sealer)
        last = ""
        while rows := self._connection.execute(query.where(comments.c.id > last)).all():
            last = rows[-1].id
            histories = decisions.histories([row.id for row in rows])
            for row, comment in zip(rows, scored.with_scores(rows), strict=True):
                email = self._opened(row.id, row.email_sealed) if with_emails and row.email_sealed else None
                yield ExportedComment(comment, email, histories.get(comment.id, ()))

    def comments_in(self, thread_id: str, *, with_emails: bool) -> Iterator[ExportedComment]:
        """The comments of a thread that are not erased, oldest first, without scores and decisions."""
        query = select_comments().add_columns(comments.c.email_sealed).where(comments.c.thread_id == thread_id)
        query = query.order_by(comments.c.received_at, comments.c.id)
        with self._connection.execute(query.execution_options(yield_per=READ_AT_ONCE)) as rows:
            for row in rows:
                email = self._opened(row.id, row.email_sealed) if with_emails and row.email_sealed else None
                yield ExportedComment(comment_from(row), email)

    def _opened(self, comment_id: str, sealed: bytes) -> Email:
        return Email(self._sealer.open(sealed, about=comment_id).decode())
