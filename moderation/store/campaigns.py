"""Campaigns in the store: which comments belong together, and how many of them there are."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    TextClause,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from moderation.comment import STATUSES
from moderation.decided_by import AUTHOR, POLICY
from moderation.priority import HEAD_STARTS, Group
from moderation.queue import Campaign
from moderation.reasons import Reason
from moderation.store.comments import COUNTED
from moderation.store.database.any_of import any_of
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.tables import IN_CAMPAIGN, LIVE, comments, decisions

MAX_COUNT = 10_000
"""Counts go no further: nobody decides otherwise about more."""


class CampaignRepository:
    """The campaigns of one transaction: comments that bear the same `campaign`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, first_ids: Collection[str]) -> None:
        """These comments were the first of their campaigns, which nobody could know when they came."""
        if first_ids:
            of_them = update(comments).where(any_of(comments.c.id, sorted(first_ids)), comments.c.campaign.is_(None))
            place = comments.c.received_at - literal_column(str(_HEAD_START // timedelta(microseconds=1)))
            self._connection.execute(of_them.values(campaign=comments.c.id, queue_at=place))

    def find(self, campaign_ids: Collection[str], *, sites: Sequence[str]) -> dict[str, Campaign]:
        """Those of these campaigns that have comments on the sites, by id; live, whatever came after whatever."""
        if not campaign_ids:
            return {}
        rows = self._connection.execute(_COUNTS, {"sites": list(sites), "ids": sorted(campaign_ids)})
        found: dict[str, Campaign] = {}
        for id, site_id, status, copies, first_at, last_at in rows:
            known = found.get(id) or Campaign(id, site_id, 0, 0, 0, first_at, last_at)
            times = {"first_at": min(known.first_at, first_at), "last_at": max(known.last_at, last_at)}
            found[id] = replace(known, **{status: copies}, **times)
        return found

    def rejected_as_spam(self, campaign_ids: Collection[str], *, since: datetime) -> dict[str, int]:
        """How many comments of each of these campaigns moderators rejected as spam since then, counted up to COUNTED.

        0 is left out, and so is a campaign of which something was approved.
        """
        if not campaign_ids:
            return {}
        rows = self._connection.execute(_REJECTED_AS_SPAM, {"ids": sorted(campaign_ids), "since": since})
        return {row.id: min(row.copies + row.itself, COUNTED) for row in rows if row.copies or row.itself}

    def largest(self, *, sites: Sequence[str], least: int = 2, limit: int) -> list[Campaign]:
        """The campaigns of which the most comments wait, the largest first; least: how many must wait."""
        waiting = func.count().label("waiting")
        keys = (
            select(comments.c.campaign, waiting)
            .where(IN_CAMPAIGN, any_of(comments.c.site_id, sites), comments.c.status == "pending")
            .group_by(comments.c.site_id, comments.c.campaign)
            .having(waiting >= least)
            .order_by(waiting.desc(), comments.c.campaign)
            .limit(limit)
        )
        ids = [row.campaign for row in self._connection.execute(keys)]
        found = self.find(ids, sites=sites)
        return [found[id] for id in ids if id in found]

    def count(self, *, sites: Sequence[str], least: int = 2) -> int:
        """How many campaigns have at least so many waiting comments, any_of MAX_COUNT of these."""
        some = (
            select(comments.c.site_id, comments.c.campaign)
            .where(IN_CAMPAIGN, any_of(comments.c.site_id, sites), comments.c.status == "pending")
            .limit(MAX_COUNT)
            .subquery()
        )
        keys = select(some.c.campaign).group_by(some.c.site_id, some.c.campaign).having(func.count() >= least)
        return self._connection.scalar(select(func.count()).select_from(keys.subquery())) or 0

    def recent_copies(self, site_id: str, *, since: datetime, among: int) -> int:
        """How many of a site's comments since then are near copies of earlier ones, published ones not counted.

        among: the newest of each status that are looked at, so that a flood costs no more than that.
        """
        found = self._connection.execute(_RECENT_COPIES, {"site_id": site_id, "since": since, "among": among})
        return sum(found.scalars())

    def waiting(self, campaign_id: str, *, sites: Sequence[str], limit: int) -> list[tuple[str, int]]:
        """The ids and revisions of its comments that wait, in the order of arrival."""
        query = (
            select(comments.c.id, comments.c.revision)
            .where(*_waiting(campaign_id, sites))
            .order_by(comments.c.received_at, comments.c.id)
            .limit(limit)
        )
        return [(row.id, row.revision) for row in self._connection.execute(query)]

    def count_waiting(self, campaign_id: str, *, sites: Sequence[str]) -> int:
        """How many of its comments wait, counted up to MAX_COUNT."""
        some = select(comments.c.id).where(*_waiting(campaign_id, sites)).limit(MAX_COUNT)
        return self._connection.scalar(select(func.count()).select_from(some.subquery())) or 0

    def samples(self, campaign_id: str, *, sites: Sequence[str], limit: int) -> list[str]:
        """The texts of some of its comments: the first ones that wait."""
        query = select(comments.c.body).where(*_waiting(campaign_id, sites)).order_by(comments.c.received_at)
        return list(self._connection.scalars(query.limit(limit)))


_HEAD_START = HEAD_STARTS[Group.COPIES]
_first = comments.alias("first")
"""The first comment of a campaign, whose id is the campaign's. It bears it only once its first copy is scored."""

_COPIES = (comments.c.site_id == _first.c.site_id, comments.c.campaign == _first.c.id, IN_CAMPAIGN)
_ITSELF = (comments.c.id == _first.c.id, comments.c.campaign.is_(None), comments.c.erased_at.is_(None))
_BY_PEOPLE_AS_SPAM = (
    comments.c.status == "rejected",
    comments.c.reason == Reason.SPAM.value,
    decisions.c.by_id.not_in([POLICY.id, AUTHOR.id]),
    decisions.c.at >= bindparam("since", type_=UtcTimestamp),
)
_LAST = comments.join(
    decisions, (decisions.c.comment_id == comments.c.id) & (decisions.c.revision == comments.c.revision)
)


def _count_rejected(*of_it: ColumnElement[bool] | TextClause) -> Any:
    some = select(comments.c.id).select_from(_LAST).where(*of_it, *_BY_PEOPLE_AS_SPAM).correlate(_first)
    return select(func.count()).select_from(some.limit(COUNTED).subquery()).scalar_subquery()


def _none_approved(*of_it: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    return ~select(comments.c.id).where(*of_it, comments.c.status == "approved").correlate(_first).exists()


_REJECTED_AS_SPAM = select(
    _first.c.id, _count_rejected(*_COPIES).label("copies"), _count_rejected(*_ITSELF).label("itself")
).where(any_of(_first.c.id, "ids"), _none_approved(*_COPIES), _none_approved(*_ITSELF))


def _newest(status: str) -> Any:
    newest = (
        select(comments.c.near_copies)
        .where(comments.c.site_id == bindparam("site_id"), comments.c.status == status, LIVE)
        .where(comments.c.received_at >= bindparam("since", type_=UtcTimestamp))
        .order_by(comments.c.received_at.desc())
        .limit(bindparam("among"))
        .subquery()
    )
    return select(func.count()).select_from(newest).where(newest.c.near_copies > 0)


_RECENT_COPIES = union_all(_newest("pending"), _newest("rejected"))

_COUNTS = (  # grouped as the index is, and put together once: that costs more than to ask about a few
    select(
        comments.c.campaign,
        comments.c.site_id,
        comments.c.status,
        func.count(),
        func.min(comments.c.received_at),
        func.max(comments.c.received_at),
    )
    .where(IN_CAMPAIGN, any_of(comments.c.site_id, "sites"), comments.c.status.in_(STATUSES))
    .where(any_of(comments.c.campaign, "ids"))
    .group_by(comments.c.site_id, comments.c.status, comments.c.campaign)
)


def _waiting(campaign_id: str, sites: Sequence[str]) -> tuple[Any, ...]:
    of_it = comments.c.campaign == campaign_id
    return IN_CAMPAIGN, any_of(comments.c.site_id, sites), comments.c.status == "pending", of_it
