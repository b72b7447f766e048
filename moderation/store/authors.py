"""What a site has of the authors of comments, by their e-mail addresses, of which only a digest is compared."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, FromClause, Select, and_, case, func, select
from sqlalchemy.sql import ColumnElement

from moderation.comment import STATUSES, Status
from moderation.queue import AuthorRecord, Search
from moderation.reasons import Reason
from moderation.store.database.any_of import any_of
from moderation.store.tables import comments


class AuthorRepository:
    """The authors of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def records(self, comment_ids: Sequence[str]) -> dict[str, AuthorRecord]:
        """For each comment, what the site has of its author, the comment itself included."""
        found = self._connection.execute(_AUTHOR_RECORDS, {"ids": comment_ids})
        return {row.id: AuthorRecord(row.pending, row.approved, row.rejected, row.first_at) for row in found}

    def waiting(
        self, comment_ids: Sequence[str], *, reason: Reason | None = None, limit: int
    ) -> list[tuple[str, int]]:
        """The ids and revisions of what else waits by the authors of these comments, on their sites, oldest first.

        reason: only what is held for it.
        """
        is_held = [comments.c.reason == reason.value] if reason else []
        author = (_by_author.c.site_id, _by_author.c.email_key)
        authors = select(*author).where(any_of(_by_author.c.id, comment_ids)).distinct().subquery()
        query = (
            select(comments.c.id, comments.c.revision)
            .join(authors, _same_author(authors, comments))
            .where(comments.c.erased_at.is_(None), comments.c.id.not_in(comment_ids))
            .where(comments.c.status == Status.PENDING.value, *is_held)
            .order_by(comments.c.received_at, comments.c.id)
            .limit(limit)
        )
        return [(row.id, row.revision) for row in self._connection.execute(query)]


_by_author = comments.alias("by_author")


def _same_author(some: FromClause, others: FromClause) -> ColumnElement[bool]:
    return and_(some.c.site_id == others.c.site_id, some.c.email_key == others.c.email_key)


def _author_records() -> Select[Any]:
    author = (comments.c.site_id, comments.c.email_key)
    authors = select(*author).where(any_of(comments.c.id, "ids")).distinct().subquery()
    records = (  # counted once for each author, however many of the listed comments are theirs
        select(
            *author,
            *(func.sum(case((comments.c.status == s, 1), else_=0)).label(s) for s in STATUSES),
            func.min(comments.c.received_at).label("first_at"),
        )
        .join(authors, _same_author(authors, comments))
        .group_by(*author)
        .subquery()
    )
    # outer, though each has one: else SQLite begins with the authors and reads all that they ever wrote
    query = select(comments.c.id, records).outerjoin(records, _same_author(records, comments))
    return query.where(any_of(comments.c.id, "ids"))


_AUTHOR_RECORDS = _author_records()  # put together once: that costs more than to ask


def is_by_author_of(search: Search) -> ColumnElement[bool]:
    """On the same site only: nobody learns that one person writes on two."""
    is_theirs = and_(_by_author.c.id == search.author_of, _same_author(_by_author, comments))
    return select(_by_author.c.id).where(is_theirs).exists()
