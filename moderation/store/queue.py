"""The moderators' queue: searching, paging, and everything about one comment."""

import base64
import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, Row, TextClause, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from moderation.comment import Comment, Email
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.queue import AuthorRecord, CommentDetail, Order, Page, Search
from moderation.store.comments import CommentRepository
from moderation.store.database.any_of import among
from moderation.store.database.comparable_text import contains_text
from moderation.store.database.utc_timestamp import micros_of, moment_of
from moderation.store.decisions import DecisionRepository
from moderation.store.row_mapping import select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import ERASED, comments, threads

_ORDERS: dict[Order, tuple[Any, bool]] = {
    Order.OLDEST: (comments.c.received_at, False),
    Order.NEWEST: (comments.c.received_at, True),
    Order.SPAM: (func.coalesce(comments.c.spam, -1.0), True),
    Order.ABUSE: (func.coalesce(comments.c.abuse, -1.0), True),
}


class QueueRepository:
    """The moderators' view of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def page(self, search: Search) -> Page:
        """One page of what the search asks for, with scores. Raises Invalid for a cursor that is not ours."""
        column, descends = _ORDERS[search.order]
        query = select_comments().where(*self._filters(search)).add_columns(column.label("place"))
        if search.cursor:
            query = query.where(_after(search, column, descends))
        query = query.order_by(
            column.desc() if descends else column, comments.c.id.desc() if descends else comments.c.id
        )
        rows = self._connection.execute(query.limit(search.limit + 1)).all()
        shown = rows[: search.limit]
        next_cursor = _cursor_of(shown[-1], search.order) if len(rows) > search.limit else ""
        return Page(tuple(CommentRepository(self._connection, self._sealer).with_scores(shown)), next_cursor)

    def counts(self, search: Search) -> dict[str, int]:
        """How many comments the search finds in each status, whatever status it asks for.

        All of a site's are counted in one index, and the few erased ones in another: no row is looked at.
        """
        of_sites, *others = self._filters(search, with_status=False)
        if others:
            found = self._count(of_sites, comments.c.erased_at.is_(None), *others)
        else:
            found = self._count(of_sites) - self._count(of_sites, ERASED)
        return {status: found[status] for status in _STATUSES}

    def _count(self, *filters: ColumnElement[bool] | TextClause) -> Counter[str]:
        query = select(comments.c.status, func.count()).where(*filters).group_by(comments.c.status)
        return Counter({row[0]: row[1] for row in self._connection.execute(query)})

    def detail(self, comment_id: str) -> CommentDetail:
        """Everything about one comment. Raises NotFound."""
        return self.dossiers([CommentRepository(self._connection, self._sealer).get(comment_id)])[0]

    def dossiers(self, listed: Sequence[Comment]) -> list[CommentDetail]:
        """Everything about each of these comments, in their order: three statements, however many there are."""
        ids = [comment.id for comment in listed]
        histories = DecisionRepository(self._connection).histories(ids)
        authors = self.author_records(ids)
        parents = self._parents_of(listed)
        return [CommentDetail(c, histories.get(c.id, ()), authors[c.id], parents.get(c.parent_id)) for c in listed]

    def author_records(self, comment_ids: Sequence[str]) -> dict[str, AuthorRecord]:
        """For each comment, what the site has of its author, the comment itself included."""
        author = (comments.c.site_id, comments.c.email_key)
        authors = select(*author).where(among(comments.c.id, comment_ids)).distinct().subquery()
        records = (  # counted once for each author, however many of the listed comments are theirs
            select(
                *author,
                *(func.sum(case((comments.c.status == s, 1), else_=0)).label(s) for s in _STATUSES),
                func.min(comments.c.received_at).label("first_at"),
            )
            .join(authors, _same_author(authors, comments))
            .group_by(*author)
            .subquery()
        )
        # outer, though each has one: else SQLite begins with the authors and reads all that they ever wrote
        query = select(comments.c.id, records).outerjoin(records, _same_author(records, comments))
        found = self._connection.execute(query.where(among(comments.c.id, comment_ids)))
        return {row.id: AuthorRecord(row.pending, row.approved, row.rejected, row.first_at) for row in found}

    def _parents_of(self, listed: Sequence[Comment]) -> dict[str, Comment]:
        wanted = sorted({comment.parent_id for comment in listed if comment.parent_id})
        known = CommentRepository(self._connection, self._sealer).get_many(wanted) if wanted else []
        return {parent.id: parent for parent in known}

    def _filters(self, search: Search, *, with_status: bool = True) -> list[ColumnElement[bool]]:
        filters: list[ColumnElement[bool]] = [comments.c.site_id.in_(search.sites)]
        if with_status and search.status:
            filters.append(comments.c.status == search.status.value)
        if search.reason:
            filters.append(comments.c.reason == search.reason.value)
        if search.thread:
            filters.append(
                comments.c.thread_id.in_(select(_thread_filter.c.id).where(_thread_filter.c.key == search.thread))
            )
        if search.author:
            filters.append(self._is_by(search.author))
        if search.author_of:
            filters.append(_is_by_author_of(search))
        if search.text:
            looked_at = (comments.c.body, comments.c.name, comments.c.website)
            filters.append(or_(*(contains_text(column, search.text) for column in looked_at)))
        return filters

    def _is_by(self, author: str) -> ColumnElement[bool]:
        if "@" in author:
            return comments.c.email_key == self._sealer.email_key(Email(author))
        return contains_text(comments.c.name, author)


_ID = re.compile(r"[a-z]+_[0-9a-f]+")
_STATUSES = ("pending", "approved", "rejected")
_by_author = comments.alias("by_author")
_thread_filter = threads.alias("thread_filter")


def _same_author(some: FromClause, others: FromClause) -> ColumnElement[bool]:
    return and_(some.c.site_id == others.c.site_id, some.c.email_key == others.c.email_key)


def _is_by_author_of(search: Search) -> ColumnElement[bool]:
    """On the same site only: nobody learns that one person writes on two."""
    is_theirs = and_(_by_author.c.id == search.author_of, _same_author(_by_author, comments))
    return select(_by_author.c.id).where(is_theirs).exists()


def _cursor_of(row: Row[Any], order: Order) -> str:
    place = micros_of(row.place) if isinstance(row.place, datetime) else row.place
    return base64.urlsafe_b64encode(json.dumps([order.value, place, row.id]).encode()).decode()


def _after(search: Search, column: Any, descends: bool) -> ColumnElement[bool]:
    place, comment_id = _read_cursor(search)
    if descends:
        return or_(column < place, and_(column == place, comments.c.id < comment_id))
    return or_(column > place, and_(column == place, comments.c.id > comment_id))


def _read_cursor(search: Search) -> tuple[Any, str]:
    try:
        order, place, comment_id = json.loads(base64.urlsafe_b64decode(search.cursor))
        if order != search.order.value or not _ID.fullmatch(comment_id):
            raise ValueError(order)
        is_time = search.order in (Order.OLDEST, Order.NEWEST)
        return (moment_of(place) if is_time else float(place)), comment_id
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        raise Invalid(
            "cursor", Message(N_("is not one of this list; leave it out to begin at the first page."))
        ) from problem
