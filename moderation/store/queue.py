"""The moderators' queue: searching, paging, and everything about one comment."""

import base64
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, Row, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from moderation.comment import Comment, Email, Status
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.queue import AuthorRecord, CommentDetail, Count, Order, Page, Search
from moderation.store.comments import CommentRepository
from moderation.store.database.any_of import among
from moderation.store.database.comparable_text import contains_text
from moderation.store.database.utc_timestamp import micros_of, moment_of
from moderation.store.decisions import DecisionRepository
from moderation.store.queue_ranges import Scope, count, first_keys, slices
from moderation.store.row_mapping import select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import comments, threads

MAX_COUNT = 10_000
"""Counts go no further: to count a million takes longer than to show a page."""

MAX_READ = 1_000
"""How many comments a page reads to find those that no index finds, such as those with some words."""

MAX_READ_TO_COUNT = 250
"""As MAX_READ, for the count of each status."""

_SLICE = 250


class QueueRepository:
    """The moderators' view of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def page(self, search: Search) -> Page:
        """One page of what the search asks for, with scores. Raises Invalid for a cursor that is not ours."""
        scope, others = self._scope(search), self._other_filters(search)
        read, after = MAX_READ if others else search.limit + 1, _read_cursor(search) if search.cursor else None
        statuses = [search.status] if search.status else list(Status)
        keys = first_keys(self._connection, scope, statuses, search.order, after=after, limit=read)
        found: list[Row[Any]] = []
        for ids in slices(keys, _SLICE):
            found += self._matching(ids, others)
            if len(found) > search.limit:
                break
        shown, places = found[: search.limit], {key.id: key.place for key in keys}
        last = ""
        if len(found) > search.limit:
            last = shown[-1].id
        elif others and len(keys) == read:
            last = keys[-1].id
        next_cursor = _cursor_of(places[last], last, search.order) if last else ""
        return Page(tuple(CommentRepository(self._connection, self._sealer).with_scores(shown)), next_cursor)

    def counts(self, search: Search) -> dict[str, Count]:
        """How many comments the search finds in each status, whatever status it asks for; no further than MAX_COUNT.

        Where no index finds them, the newest MAX_READ_TO_COUNT of each status are looked through.
        """
        scope, others = self._scope(search), self._other_filters(search)
        if others:
            return {status.value: self._count_matching(scope, status, others) for status in Status}
        return {status.value: count(self._connection, scope, status, most=MAX_COUNT) for status in Status}

    def _matching(self, ids: Sequence[str], others: Sequence[ColumnElement[bool]]) -> list[Row[Any]]:
        """The comments with these ids that pass the other filters, in the order of the ids."""
        rows = self._connection.execute(select_comments().where(among(comments.c.id, ids), *others))
        found = {row.id: row for row in rows}
        return [found[id] for id in ids if id in found]

    def _count_matching(self, scope: Scope, status: Status, others: Sequence[ColumnElement[bool]]) -> Count:
        keys = first_keys(self._connection, scope, [status], Order.NEWEST, after=None, limit=MAX_READ_TO_COUNT + 1)
        ids = [key.id for key in keys[:MAX_READ_TO_COUNT]]
        matching = select(func.count()).where(among(comments.c.id, ids), *others)
        return Count(self._connection.scalar(matching) or 0, is_more=len(keys) > MAX_READ_TO_COUNT)

    def detail(self, comment_id: str) -> CommentDetail:
        """Everything about one comment. Raises NotFound."""
        return self.details([CommentRepository(self._connection, self._sealer).get(comment_id)])[0]

    def details(self, listed: Sequence[Comment]) -> list[CommentDetail]:
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

    def _scope(self, search: Search) -> Scope:
        """The narrowest ranges of an index in which all that is asked for lies."""
        if search.thread:
            asked = select(threads.c.id).where(threads.c.key == search.thread, among(threads.c.site_id, search.sites))
            return Scope(comments.c.thread_id, tuple(self._connection.scalars(asked)))
        if search.author_of:
            return self._scope_of_author(search)
        is_author = (self._is_by(search.author),) if "@" in search.author else ()
        return Scope(comments.c.site_id, search.sites, is_author)

    def _scope_of_author(self, search: Search) -> Scope:
        """On the same site only: nobody learns that one person writes on two."""
        author = self._connection.execute(
            select(comments.c.site_id, comments.c.email_key).where(comments.c.id == search.author_of)
        ).one_or_none()
        if author is None or author.site_id not in search.sites:
            return Scope(comments.c.site_id, ())
        return Scope(comments.c.site_id, (author.site_id,), (comments.c.email_key == author.email_key,))

    def _other_filters(self, search: Search) -> list[ColumnElement[bool]]:
        """What each comment of the scope is asked."""
        filters: list[ColumnElement[bool]] = []
        if search.reason:
            filters.append(comments.c.reason == search.reason.value)
        if search.author and ("@" not in search.author or search.thread or search.author_of):
            filters.append(self._is_by(search.author))
        if search.author_of and search.thread:
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


def _same_author(some: FromClause, others: FromClause) -> ColumnElement[bool]:
    return and_(some.c.site_id == others.c.site_id, some.c.email_key == others.c.email_key)


def _is_by_author_of(search: Search) -> ColumnElement[bool]:
    """On the same site only: nobody learns that one person writes on two."""
    is_theirs = and_(_by_author.c.id == search.author_of, _same_author(_by_author, comments))
    return select(_by_author.c.id).where(is_theirs).exists()


def _cursor_of(place: Any, comment_id: str, order: Order) -> str:
    place = micros_of(place) if isinstance(place, datetime) else place
    return base64.urlsafe_b64encode(json.dumps([order.value, place, comment_id]).encode()).decode()


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
