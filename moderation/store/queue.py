"""The moderators' queue: searching, paging, and everything about one comment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.sql import ColumnElement

from moderation.comment import STATUSES, Comment, Email, Status
from moderation.queue import Campaign, CommentDetail, Count, Order, Page, Search, is_address
from moderation.search_words import wanted, wanted_in_name
from moderation.store.authors import AuthorRepository, is_by_author_of
from moderation.store.campaigns import CampaignRepository
from moderation.store.comments import CommentRepository
from moderation.store.database.any_of import any_of
from moderation.store.decisions import DecisionRepository
from moderation.store.edits import EditRepository
from moderation.store.queue_cursors import cursor_of, read_cursor
from moderation.store.queue_filters import details, received_within
from moderation.store.queue_ranges import Scope, counts_in, first_keys, first_keys_among
from moderation.store.reports import ReportRepository
from moderation.store.sealing import Sealer
from moderation.store.tables import IN_CAMPAIGN, LIVE, QUEUE_PLACE, comments, threads
from moderation.store.text_index import TextIndex, WordFilter

MAX_COUNT = 10_000
"""Counts go no further: to count a million takes longer than to show a page."""

MAX_READ = 1_000
"""How many comments a page reads to find those that no index finds, such as those with some words."""

MAX_FOUND = 2_000
"""How many comments the text index may find; words that more have are looked for among the newest."""

MAX_READ_TO_COUNT = 150
"""As MAX_READ, for the count of each status."""

_SLICE = 200
"""How many of them are read first, which is enough where every eighth is asked for."""

_COMMON = 15
"""How many of the comments that are looked through for counts have a word that the text index is not asked for."""


class QueueRepository:
    """The moderators' view of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer, index: TextIndex) -> None:
        self._connection = connection
        self._sealer = sealer
        self._index = index

    def page(self, search: Search) -> Page:
        """One page of what the search asks for, with scores. Raises Invalid for a cursor that is not ours."""
        plan, after = self._plan(search), read_cursor(search) if search.cursor else None
        at_once = _SLICE if plan.looks_through else search.limit + 1
        keys = first_keys(self._connection, plan.scope, plan.statuses, search.order, after=after, limit=at_once)
        found, is_last = self._matching(keys, plan), len(keys) < at_once
        if plan.looks_through and not is_last and len(found) <= search.limit:
            more, found_there, is_last = self._further(plan, search, after=keys[-1])
            keys += more
            found += found_there
        shown, places = found[: search.limit], {key.id: key.place for key in keys}
        last = ""
        if len(found) > search.limit:
            last = shown[-1]
        elif not is_last:
            last = keys[-1].id
        next_cursor = cursor_of(places[last], last, search.order) if last else ""
        return Page(tuple(self._comments(shown)), next_cursor)

    def _further(self, plan: "_Plan", search: Search, *, after: Row[Any]) -> tuple[list[Row[Any]], list[str], bool]:
        """The comments behind those that were looked at, the ids of those that pass, and whether none is left."""
        there = (after.place, after.id)
        ids = plan.words.all_passing(most=MAX_FOUND)
        if ids is not None:  # then they are all that is left
            asked = [*plan.conditions, any_of(comments.c.status, plan.statuses)]
            rest = search.limit + 1
            keys = first_keys_among(self._connection, ids, asked, search.order, after=there, limit=rest)
            return keys, [key.id for key in keys], True
        rest = MAX_READ - _SLICE
        keys = first_keys(self._connection, plan.scope, plan.statuses, search.order, after=there, limit=rest)
        return keys, self._matching(keys, plan), len(keys) < rest

    def counts(self, search: Search) -> dict[str, Count]:
        """How many comments the search finds in each status, whatever status it asks for; no further than MAX_COUNT.

        Where no index finds them, the newest MAX_READ_TO_COUNT of each status are looked through.
        """
        plan = self._plan(replace(search, order=Order.NEWEST))  # counts have no order, and this one's index has most
        if not plan.looks_through:
            return counts_in(self._connection, plan.scope, most=MAX_COUNT)
        counts = self._counts_of_newest(plan)
        is_rare = sum(each.number for each in counts.values()) < _COMMON
        if is_rare and any(each.is_more for each in counts.values()):
            ids = plan.words.all_passing(most=MAX_FOUND)
            counts = counts if ids is None else self._counts_among(ids, plan.conditions)
        return counts

    def _matching(self, keys: Sequence[Row[Any]], plan: "_Plan") -> list[str]:
        """The ids of those of these comments that pass the filters, in the same order."""
        ids = plan.words.passing([key.id for key in keys])
        if not plan.others:
            return ids
        passing = select(comments.c.id).where(any_of(comments.c.id, ids), *plan.others)
        found = set(self._connection.scalars(passing).all())
        return [id for id in ids if id in found]

    def _comments(self, ids: Sequence[str]) -> list[Comment]:
        """These comments with their scores, in the same order."""
        known = CommentRepository(self._connection, self._sealer).get_many(ids, with_scores=True) if ids else []
        found = {comment.id: comment for comment in known}
        return [found[id] for id in ids if id in found]

    def _counts_of_newest(self, plan: "_Plan") -> dict[str, Count]:
        most = MAX_READ_TO_COUNT
        keys = {
            status: first_keys(self._connection, plan.scope, [status], Order.NEWEST, after=None, limit=most + 1)
            for status in Status
        }
        passing = set(self._matching([key for some in keys.values() for key in some[:most]], plan))
        return {
            status.value: Count(sum(key.id in passing for key in some[:most]), is_more=len(some) > most)
            for status, some in keys.items()
        }

    def _counts_among(self, ids: Sequence[str], conditions: Sequence[ColumnElement[bool]]) -> dict[str, Count]:
        by_status = select(comments.c.status, func.count()).group_by(comments.c.status)
        rows = self._connection.execute(by_status.where(LIVE, any_of(comments.c.id, ids), *conditions))
        return {status: Count(0) for status in STATUSES} | {status: Count(number) for status, number in rows}

    def detail(self, comment_id: str) -> CommentDetail:
        """Everything about one comment. Raises NotFound."""
        return self.details([CommentRepository(self._connection, self._sealer).get(comment_id)])[0]

    def details(
        self, listed: Sequence[Comment], campaigns: Mapping[str, Campaign] | None = None
    ) -> list[CommentDetail]:
        """Everything about each of these comments, in their order: as many statements for one as for all.

        campaigns: as `campaigns_of` has them, where they are known already.
        """
        ids = [comment.id for comment in listed]
        histories = DecisionRepository(self._connection).histories(ids)
        authors = AuthorRepository(self._connection).records(ids)
        parents = self._parents_of(listed)
        campaigns = self.campaigns_of(listed) if campaigns is None else campaigns
        reports = ReportRepository(self._connection).about(ids)
        edits = EditRepository(self._connection).of([c.id for c in listed if c.edited_at])
        return [
            CommentDetail(
                c,
                histories.get(c.id, ()),
                authors[c.id],
                parents.get(c.parent_id),
                campaigns.get(c.campaign),
                edits.get(c.id, ()),
                reports.get(c.id, ()),
            )
            for c in listed
        ]

    def campaigns_of(self, listed: Sequence[Comment]) -> dict[str, Campaign]:
        """The campaigns to which these comments belong, by id."""
        of_sites = sorted({comment.site_id for comment in listed})
        return CampaignRepository(self._connection).find({c.campaign for c in listed} - {""}, sites=of_sites)

    def beside(self, search: Search, comment: Comment) -> tuple[str, str]:
        """The ids of the comments before and after this one in what the search finds, each "" where there is none.

        In an order by score nobody asks for the one before.
        """
        back = _BACK.get(search.order)
        return (self._next_to(search, comment, back) if back else "", self._next_to(search, comment, search.order))

    def _next_to(self, search: Search, comment: Comment, order: Order) -> str:
        if order in (Order.SPAM, Order.ABUSE):
            score = comment.spam if order is Order.SPAM else comment.abuse
            place: Any = -1.0 if score is None else score
        elif order in (Order.PRIORITY, Order.PRIORITY_BACK):
            place = self._connection.scalar(select(QUEUE_PLACE).where(comments.c.id == comment.id))
        else:
            place = (order is Order.DECIDED and comment.decided_at) or comment.received_at
        found = self.page(replace(search, order=order, limit=1, cursor=cursor_of(place, comment.id, order))).comments
        return found[0].id if found else ""

    def _parents_of(self, listed: Sequence[Comment]) -> dict[str, Comment]:
        wanted = sorted({comment.parent_id for comment in listed if comment.parent_id})
        known = CommentRepository(self._connection, self._sealer).get_many(wanted) if wanted else []
        return {parent.id: parent for parent in known}

    def _plan(self, search: Search) -> "_Plan":
        name = "" if "@" in search.author else search.author
        words = [*wanted(search.text), *wanted_in_name(name)]
        is_empty = not words and bool(search.text.strip() or name.strip())  # nothing but punctuation
        scope = Scope(comments.c.site_id, ()) if is_empty else self._scope(search)
        others = self._other_filters(search)
        statuses = [search.status] if search.status else list(Status)
        return _Plan(scope, statuses, others, WordFilter(self._index, words), bool(others or words))

    def _scope(self, search: Search) -> Scope:
        """The narrowest ranges of an index in which all that is asked for lies."""
        found = self._scope_of_all(search)
        if search.order is Order.DECIDED:  # its index has no arrival: all of it would be read to find a day long past
            return found
        return replace(found, fixed=(*found.fixed, *received_within(search)))

    def _scope_of_all(self, search: Search) -> Scope:
        """The same at any time."""
        if search.thread:
            asked = select(threads.c.id).where(
                threads.c.key == search.thread, any_of(threads.c.site_id, search.sites)
            )
            return Scope(comments.c.thread_id, tuple(self._connection.scalars(asked)))
        if search.author_of:
            return self._scope_of_author(search)
        if search.campaign:
            of_it = (IN_CAMPAIGN, comments.c.campaign == search.campaign)
            return Scope(comments.c.site_id, search.sites, of_it)
        is_author = (self._is_by(search.author),) if is_address(search.author) else ()
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
        if is_address(search.author) and (search.thread or search.author_of or search.campaign):
            filters.append(self._is_by(search.author))
        if "@" in search.author and not is_address(search.author):  # no index is over domains
            domain = Email(f"anybody{search.author.strip()}")
            filters.append(comments.c.domain_key == self._sealer.domain_key(domain))
        if search.author_of and search.thread:
            filters.append(is_by_author_of(search))
        if search.campaign and (search.thread or search.author_of):
            filters.append(comments.c.campaign == search.campaign)
        days = received_within(search) if search.order is Order.DECIDED else []
        return [*filters, *days, *details(search)]

    def _is_by(self, address: str) -> ColumnElement[bool]:
        return comments.c.email_key == self._sealer.email_key(Email(address))


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to find what a search asks for.

    scope, statuses: where to look; others: what each comment there is asked; words: those that it must have.
    looks_through: whether comments are read that may not be asked for.
    """

    scope: Scope
    statuses: Sequence[Status]
    others: list[ColumnElement[bool]]
    words: WordFilter
    looks_through: bool

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """All but the words, as conditions on any comment."""
        return [*self.scope.conditions, *self.others]


_BACK = {
    Order.OLDEST: Order.NEWEST,
    Order.NEWEST: Order.OLDEST,
    Order.PRIORITY: Order.PRIORITY_BACK,
    Order.PRIORITY_BACK: Order.PRIORITY,
}
