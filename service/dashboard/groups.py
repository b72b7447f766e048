"""A page of the queue with its groups: each campaign on one card, and each run of likely alike comments on another.

A run is read whole before one decision settles it: it has at most RUN_MOST comments, and each of them is short.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.accounts import Actor, Scope
from moderation.comment import Comment, Status
from moderation.priority import Group, group_of
from moderation.queue import Campaign, CommentDetail, Order, Search
from moderation.store import UnitOfWork
from moderation.store.queue_cursors import past_copies
from service.dashboard.cards import GROUP_FROM, Card, card_of, grouped_as
from service.dashboard.excerpts import excerpt
from service.dashboard.verdict import Chip, verdict_of
from service.http.language import _, ngettext, translator

FEWEST = 10
"""So few cards are on a page only where there is no more, or where MAX_PAGES hold nothing but groups."""

MAX_PAGES = 3
MORE = 50
"""How many comments are read at once when the first page left few entries."""

RUN_MOST = 25
NAMES_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Member:
    """One comment of a run. chip: what stands out most, None for nothing."""

    comment: Comment
    thread_name: str
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class Run:
    """Comments of one group, each to be read and then decided with the others."""

    group: Group
    members: tuple[Member, ...]

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"run-{self.members[0].comment.id}"

    @property
    def words(self) -> str:
        """How many there are, and of what kind."""
        count = len(self.members)
        if self.group is Group.FINE:
            return ngettext("%(n)s comment is probably fine", "%(n)s comments are probably fine", count)
        if self.group is Group.SPAM:
            return ngettext("%(n)s comment is probably spam", "%(n)s comments are probably spam", count)
        return ngettext("%(n)s comment is probably abuse", "%(n)s comments are probably abuse", count)

    @property
    def why(self) -> str:
        """Why they are together."""
        if self.group is Group.FINE:
            return _("Their authors were approved here before, and nothing speaks against the texts.")
        return _("Nothing by their authors was approved here before.")

    @property
    def names(self) -> str:
        """Who wrote them, in one line."""
        names = dict.fromkeys(member.comment.name for member in self.members)
        return excerpt(translator().pgettext("list separator", ", ").join(names), NAMES_LENGTH)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list: a card, which may stand for a campaign, or a run."""

    card: Card | None = None
    run: Run | None = None

    @property
    def may_decide(self) -> bool:
        """Whether the reader may decide about it."""
        return self.run is not None or (self.card is not None and self.card.may_decide)


def entries_of(uow: UnitOfWork, search: Search, reader: Actor, *, at: datetime) -> tuple[list[Entry], str]:
    """A page of the list, and the cursor of the next. More is read where the groups leave few entries."""
    listed: list[CommentDetail] = []
    met: set[str] = set()
    cursor = search.cursor
    for number in range(MAX_PAGES):
        limit = MORE if number else search.limit
        page = uow.queue.page(replace(search, cursor=cursor, limit=limit))
        cursor = page.next_cursor
        campaigns = {} if search.campaign else uow.queue.campaigns_of(page.comments)
        alone, last = _without_copies(page.comments, campaigns, met)
        listed += uow.queue.details(alone, None if search.campaign else campaigns)
        if cursor and last and search.order is Order.PRIORITY:
            cursor = past_copies(cursor)
        is_short = len(page.comments) < limit  # all that may be read for one page was read
        if not cursor or is_short or len(_in_runs(listed, search, reader)) >= FEWEST:
            break
    return [_entry(some, reader, at=at) for some in _in_runs(listed, search, reader)], cursor


def _without_copies(
    comments: Sequence[Comment], campaigns: Mapping[str, Campaign], met: set[str]
) -> tuple[list[Comment], str]:
    """The comments without those that an earlier one of their campaign stands for, and the last one's campaign.

    met: the campaigns that stand in the list; those of these comments are added.
    """
    alone: list[Comment] = []
    group = ""
    for comment in comments:
        group = grouped_as(comment, campaigns.get(comment.campaign))
        if not group or group not in met:
            alone.append(comment)
        if group:
            met.add(group)
    return alone, group


def _in_runs(listed: Sequence[CommentDetail], search: Search, reader: Actor) -> list[list[CommentDetail]]:
    """The comments alone or in runs, each run where its first comment is."""
    if search.order is not Order.PRIORITY:
        return [[detail] for detail in listed]
    sizes: dict[Group, int] = defaultdict(int)
    groups = [_run_of(detail, reader) for detail in listed]
    for group in groups:
        if group:
            sizes[group] += 1
    found: list[list[CommentDetail]] = []
    open_runs: dict[Group, list[CommentDetail]] = {}
    for detail, group in zip(listed, groups, strict=True):
        run = open_runs.get(group) if group and sizes[group] >= GROUP_FROM else None
        if run is not None and len(run) < RUN_MOST:
            run.append(detail)
            continue
        found.append([detail])
        if group:
            open_runs[group] = found[-1]
    return found


def _run_of(detail: CommentDetail, reader: Actor) -> Group | None:
    """The run to which a comment may belong. What is in a campaign, was reported or edited is read alone."""
    comment, author = detail.comment, detail.author
    is_plain = comment.status is Status.PENDING and not (detail.reports or detail.edits)
    if not (is_plain and reader.may(comment.site_id, Scope.MODERATE)):
        return None
    group = group_of(comment, comment.score, approved=author.approved, rejected=author.rejected)
    return None if group is Group.COPIES else group


def _entry(some: Sequence[CommentDetail], reader: Actor, *, at: datetime) -> Entry:
    first = some[0]
    group = _run_of(first, reader) if len(some) > 1 else None
    if group:
        return Entry(run=Run(group, tuple(map(_member, some))))
    return Entry(card_of(first, may_decide=reader.may(first.comment.site_id, Scope.MODERATE), at=at))


def _member(detail: CommentDetail) -> Member:
    comment = detail.comment
    chips = verdict_of(detail).chips
    return Member(comment, excerpt(comment.thread.title or comment.thread.key, NAMES_LENGTH), next(iter(chips), None))
