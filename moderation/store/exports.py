"""A site's threads and comments, read in order for an export."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Row, select

from moderation.comment import Email
from moderation.exports.contents import ExportedComment, ExportedThread
from moderation.store.comments import CommentRepository
from moderation.store.database.any_of import any_of
from moderation.store.decisions import DecisionRepository
from moderation.store.edits import EditRepository
from moderation.store.row_mapping import comment_from, select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import comments, old_keys, threads
from moderation.store.threads import thread_from

READ_AT_ONCE = 500
"""How many rows are in memory at a time."""


class ExportRepository:
    """Reading all of a site, in one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def threads(self, site_id: str, *, after: str = "") -> list[ExportedThread]:
        """The next threads of the site after a key, by their keys; none at the end."""
        query = select(threads).where(threads.c.site_id == site_id, threads.c.key > after).order_by(threads.c.key)
        rows = self._connection.execute(query.limit(READ_AT_ONCE)).all()
        led_by = self._old_keys([row.id for row in rows])
        return [ExportedThread(thread_from(row), tuple(led_by.get(row.id, ()))) for row in rows]

    def comments(self, site_id: str, *, with_emails: bool, after: str = "") -> list[ExportedComment]:
        """The next comments of the site that are not erased after an id, oldest first; none at the end.

        with_emails: with their authors' addresses. That belongs into the audit trail.
        """
        query = select_comments().add_columns(comments.c.email_sealed).where(comments.c.site_id == site_id)
        query = query.where(comments.c.id > after).order_by(comments.c.id).limit(READ_AT_ONCE)
        rows = self._connection.execute(query).all()
        histories = DecisionRepository(self._connection).histories([row.id for row in rows])
        edits = EditRepository(self._connection).of([row.id for row in rows if row.edited_at])
        scored = CommentRepository(self._connection, self._sealer).with_scores(rows)
        return [
            ExportedComment(
                comment,
                self._email(row, with_emails=with_emails),
                histories.get(comment.id, ()),
                edits.get(comment.id, ()),
            )
            for row, comment in zip(rows, scored, strict=True)
        ]

    def comments_in(self, thread_id: str, *, with_emails: bool) -> list[ExportedComment]:
        """The comments of a thread that are not erased, oldest first, without scores and decisions."""
        query = select_comments().add_columns(comments.c.email_sealed).where(comments.c.thread_id == thread_id)
        rows = self._connection.execute(query.order_by(comments.c.received_at, comments.c.id)).all()
        return [ExportedComment(comment_from(row), self._email(row, with_emails=with_emails)) for row in rows]

    def _old_keys(self, thread_ids: list[str]) -> dict[str, list[str]]:
        query = select(old_keys.c.thread_id, old_keys.c.key).where(any_of(old_keys.c.thread_id, thread_ids))
        found: dict[str, list[str]] = defaultdict(list)
        for thread_id, key in self._connection.execute(query.order_by(old_keys.c.key)):
            found[thread_id].append(key)
        return found

    def _email(self, row: Row[Any], *, with_emails: bool) -> Email | None:
        return self._opened(row.id, row.email_sealed) if with_emails and row.email_sealed else None

    def _opened(self, comment_id: str, sealed: bytes) -> Email:
        return Email(self._sealer.open(sealed, about=comment_id).decode())
