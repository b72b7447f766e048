"""The queue: pending comments and decided ones, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import render_template, request

from moderation.accounts import Actor, Scope
from moderation.comment import Status
from moderation.decided_by import POLICY
from moderation.messages import N_
from moderation.queue import CommentDetail, Count, Order, Search
from moderation.reasons import MODERATOR_REASONS, Reason
from moderation.store import UnitOfWork
from service.dashboard.automation import paused_sites
from service.dashboard.blueprint import bp
from service.dashboard.cards import Card, card_of, grouped_as
from service.dashboard.filters import filters_of, is_sealed, link_args, search_of
from service.dashboard.labels import reason_names
from service.dashboard.news import moment
from service.dashboard.notices import notices_of, outcome_of
from service.dashboard.session import actor
from service.dashboard.views import views_of
from service.http.language import _
from service.rate_limits.reads import count_read
from service.resources import resources

ORDER_NAMES = {
    Order.OLDEST: N_("Oldest first"),
    Order.NEWEST: N_("Newest first"),
    Order.SPAM: N_("Likeliest spam first"),
    Order.ABUSE: N_("Likeliest abuse first"),
    Order.DECIDED: N_("Latest decision first"),
}

FEWEST = 10
"""So few cards are on a page only where there is no more, or where MAX_PAGES hold nothing but copies."""

MAX_PAGES = 6
MOST_ASKED = 5

TABS = {Status.PENDING: N_("Pending"), Status.APPROVED: N_("Approved"), Status.REJECTED: N_("Rejected")}


@bp.get("/", strict_slashes=False)  # a redirect to the slash would lead to http behind a proxy with TLS
def show_queue() -> str:
    """One page of the comments that the query string asks for."""
    args = link_args(request.args)
    count_read()
    search = search_of(args, actor().sites(Scope.READ), resources().store.sealer)
    with resources().store.read() as uow:
        listed = _listed(uow, search, actor())
        notices = notices_of(uow, actor(), outcome_of(), at=resources().now())
        sites = uow.sites.all(actor().sites(Scope.READ))
        views = views_of(uow)
        asked = uow.claims.waiting_for(actor().id, sites=actor().sites(Scope.READ), limit=MOST_ASKED)
        people = [each for each in uow.accounts.moderators() if set(each.roles) & set(actor().sites(Scope.READ))]
    return render_template(
        "dashboard/queue.html",
        args=args,
        search=search,
        cards=listed.cards,
        counts=listed.counts,
        next_cursor=listed.next_cursor,
        notices=notices,
        paused_sites=paused_sites,
        sites=sites,
        filters=list(filters_of(args)),
        author_is_sealed=is_sealed(args.get("author", "")),
        tabs={status: _(name) for status, name in TABS.items()},
        orders=_orders(search),
        appeals=listed.appeals,
        reported=listed.reported,
        since=moment(resources().now()),
        reasons=reason_names(),
        reject_reasons=reject_choices(),
        without=without,
        today=listed.today,
        views=views,
        asked=asked,
        deciders={POLICY.id: _("the policy"), **{each.id: each.name for each in people}},
    )


def reject_choices() -> list[tuple[str, Reason, str]]:
    """The reasons for rejecting, each as its key ("" for none), the reason and its name."""
    return [(reason.spec.key, reason, _(reason.spec.name)) for reason in MODERATOR_REASONS]


def without(args: Mapping[str, str], *fields: str, **changes: str) -> dict[str, str]:
    """The query string without some fields, with others changed; a new list always begins at its first page."""
    kept = {field: value for field, value in args.items() if field not in (*fields, "cursor")}
    return {**kept, **changes}


def _orders(search: Search) -> dict[Order, str]:
    """The orders to choose from: what waits has no decision to be sorted by."""
    offered = [order for order in ORDER_NAMES if order is not Order.DECIDED or search.status is not Status.PENDING]
    return {order: _(ORDER_NAMES[order]) for order in offered}


@dataclass(frozen=True, slots=True)
class _Listed:
    """today: what the reader has decided today, in words; "" where there is something to decide.

    appeals: how many are open. reported: how many comments have open reports.
    """

    cards: list[Card]
    counts: dict[str, Count]
    next_cursor: str
    today: str
    appeals: int
    reported: int


def _listed(uow: UnitOfWork, search: Search, reader: Actor) -> _Listed:
    details, next_cursor = _grouped(uow, search)
    now = resources().now()
    cards = [
        card_of(detail, may_decide=reader.may(detail.comment.site_id, Scope.MODERATE), at=now) for detail in details
    ]
    sites, today = reader.sites(Scope.READ), "" if cards else _today(uow, reader)
    appeals, reported = uow.appeals.count_waiting(sites=sites), uow.reports.count_reported(sites=sites)
    return _Listed(cards, uow.queue.counts(search), next_cursor, today, appeals, reported)


def _today(uow: UnitOfWork, reader: Actor) -> str:
    """What the reader has done since midnight (UTC), for a list with nothing left in it."""
    midnight = resources().now().replace(hour=0, minute=0, second=0, microsecond=0)
    counts = uow.decisions.counts_of(reader.id, since=midnight)
    approved, rejected = counts.get("approve", 0), counts.get("reject", 0)
    if not approved + rejected:
        return ""
    return _("Today you approved %(approved)s and rejected %(rejected)s.", approved=approved, rejected=rejected)


def _grouped(uow: UnitOfWork, search: Search) -> tuple[list[CommentDetail], str]:
    """A page of the list in which each campaign has one card, the first of it. More is read where that leaves few."""
    shown: list[CommentDetail] = []
    met: set[str] = set()
    cursor = search.cursor
    for _page in range(MAX_PAGES):
        page = uow.queue.page(replace(search, cursor=cursor))
        for detail in uow.queue.details(page.comments):
            group = "" if search.campaign else grouped_as(detail)
            if not group or group not in met:
                shown.append(detail)
            met.add(group)
        cursor = page.next_cursor
        if not cursor or len(shown) >= FEWEST:
            break
    return shown, cursor
