"""The queue: pending comments and decided ones, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from flask import render_template, request

from moderation.accounts import Actor, Scope
from moderation.comment import Status
from moderation.decided_by import POLICY
from moderation.messages import N_
from moderation.queue import Count, Order, Search
from moderation.reasons import MODERATOR_REASONS, Reason
from moderation.store import UnitOfWork
from service.dashboard.automation import paused_sites
from service.dashboard.blueprint import bp
from service.dashboard.filters import filters_of, is_sealed, link_args, search_of
from service.dashboard.groups import Entry, entries_of
from service.dashboard.labels import reason_names, tab_count
from service.dashboard.news import moment
from service.dashboard.notices import notices_of, outcome_of
from service.dashboard.session import actor
from service.dashboard.together import words_about
from service.dashboard.views import views_of
from service.http.language import _
from service.rate_limits.reads import count_read
from service.resources import resources

ORDER_NAMES = {
    Order.PRIORITY: N_("What needs you most first"),
    Order.OLDEST: N_("Oldest first"),
    Order.NEWEST: N_("Newest first"),
    Order.SPAM: N_("Likeliest spam first"),
    Order.ABUSE: N_("Likeliest abuse first"),
    Order.DECIDED: N_("Latest decision first"),
}

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
        is_shared = sum(each.disabled_at is None for each in people) > 1
        about = _about(uow, listed.entries) if is_shared else {}
    return render_template(
        "dashboard/queue.html",
        args=args,
        search=search,
        entries=listed.entries,
        counts=listed.counts,
        in_tabs={status: tab_count(count) for status, count in listed.counts.items()},
        next_cursor=listed.next_cursor,
        notices=notices,
        paused_sites=paused_sites,
        sites=sites,
        filters=list(filters_of(args)),
        author_is_sealed=is_sealed(args.get("author", "")),
        tabs={status: _(name) for status, name in TABS.items()},
        orders=_orders(search),
        appeals=tab_count(Count(listed.appeals)) if listed.appeals else None,
        reported=tab_count(Count(listed.reported)) if listed.reported else None,
        since=moment(resources().now()),
        reasons=reason_names(),
        reject_reasons=reject_choices(),
        without=without,
        today=listed.today,
        views=views,
        asked=asked,
        about=about,
        is_shared=is_shared,
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
    """The orders to choose from: what waits has no decision to be sorted by, and priority is about what waits."""
    other = Order.DECIDED if search.status is Status.PENDING else Order.PRIORITY
    offered = [order for order in ORDER_NAMES if order is not other]
    return {order: _(ORDER_NAMES[order]) for order in offered}


@dataclass(frozen=True, slots=True)
class _Listed:
    """today: what the reader has decided today, in words; "" where there is something to decide.

    appeals: how many are open. reported: how many comments have open reports.
    """

    entries: list[Entry]
    counts: dict[str, Count]
    next_cursor: str
    today: str
    appeals: int
    reported: int


def _listed(uow: UnitOfWork, search: Search, reader: Actor) -> _Listed:
    entries, next_cursor = entries_of(uow, search, reader, at=resources().now())
    sites, today = reader.sites(Scope.READ), "" if entries else _today(uow, reader)
    appeals, reported = uow.appeals.count_waiting(sites=sites), uow.reports.count_reported(sites=sites)
    return _Listed(entries, uow.queue.counts(search), next_cursor, today, appeals, reported)


def _about(uow: UnitOfWork, entries: Sequence[Entry]) -> dict[str, str]:
    """Who is busy with what of the list, in words, by comment and by the card that stands for several."""
    cards, runs = [each.card for each in entries if each.card], [each.run for each in entries if each.run]
    members = {run.id: [member.comment.id for member in run.members] for run in runs}
    shown = [*(card.comment.id for card in cards), *chain.from_iterable(members.values())]
    return words_about(uow, shown, members, {card.comment.id: card.campaign.id for card in cards if card.campaign})


def _today(uow: UnitOfWork, reader: Actor) -> str:
    """What the reader has done since midnight (UTC), for a list with nothing left in it."""
    midnight = resources().now().replace(hour=0, minute=0, second=0, microsecond=0)
    counts = uow.decisions.counts_of(reader.id, since=midnight)
    approved, rejected = counts.get("approve", 0), counts.get("reject", 0)
    if not approved + rejected:
        return ""
    return _("Today you approved %(approved)s and rejected %(rejected)s.", approved=approved, rejected=rejected)
