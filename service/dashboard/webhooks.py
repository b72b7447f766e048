"""A site's webhooks and mails for its owners: endpoints, their secrets, the latest deliveries, sending again."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation import site_admin
from moderation.accounts import Scope
from moderation.errors import Invalid
from moderation.messages import N_
from moderation.outbox.channels import EMAIL, WEBHOOK
from moderation.outbox.delivery import DeliverySearch
from moderation.webhooks.endpoint import ENDPOINT_EVENTS, checked_events, checked_url
from moderation.webhooks.events import EventType
from service.dashboard.blueprint import bp
from service.dashboard.notifications import WHEN
from service.dashboard.session import actor
from service.dashboard.settings import FOR_OWNERS, check_owner, saved, settings_page
from service.http.errors import Forbidden
from service.http.language import _
from service.resources import resources

SECTION = "show_webhooks"

EVENTS = {
    EventType.RECEIVED: N_("A comment was received"),
    EventType.APPROVED: N_("A comment was approved"),
    EventType.REJECTED: N_("A comment was rejected"),
    EventType.REVERTED: N_("A decision was undone"),
    EventType.EDITED: N_("An author edited a comment"),
    EventType.WITHDRAWN: N_("An author withdrew a comment"),
    EventType.APPEALED: N_("An author appealed"),
    EventType.APPEAL_DECIDED: N_("An appeal was decided"),
    EventType.REPORTED: N_("A reader reported a comment"),
    EventType.ERASED: N_("A comment was erased"),
    EventType.PAUSED: N_("Automation was paused"),
}


@bp.get("/webhooks")
def show_first_webhooks() -> ResponseReturnValue:
    """To the webhooks of the first site that the moderator owns."""
    owned = actor().sites(Scope.ADMIN)
    if not owned:
        raise Forbidden(FOR_OWNERS)
    return redirect(url_for("dashboard.show_webhooks", site_id=owned[0]), code=303)


@bp.get("/sites/<site_id>/webhooks")
def show_webhooks(site_id: str) -> str:
    """The endpoints of one site and its last deliveries."""
    check_owner(site_id)
    return _page(site_id)


@bp.post("/sites/<site_id>/endpoints")
def add_endpoint(site_id: str) -> ResponseReturnValue:
    """Add an endpoint. Its secret is on this page and nowhere else."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    try:
        url = checked_url(request.form.get("url", "").strip(), allow=resources().settings.outgoing_allow)
        events = checked_events(request.form.getlist("events"))
        endpoint, secret = resources().store.write(
            lambda uow: site_admin.add_endpoint(uow, site_id, url=url, events=events, by_id=by_id, at=at)
        )
    except Invalid as problem:
        return _page(site_id, problem), 422
    return _page(site_id, secret=secret, secret_of=endpoint.url), 201


@bp.post("/sites/<site_id>/endpoints/<endpoint_id>/events")
def choose_events(site_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Send it other events from now on."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    try:
        events = checked_events(request.form.getlist("events"))
        resources().store.write(
            lambda uow: site_admin.change_endpoint(uow, site_id, endpoint_id, events=events, by_id=by_id, at=at)
        )
    except Invalid as problem:
        return _page(site_id, problem), 422
    return saved(SECTION, site_id)


@bp.post("/sites/<site_id>/endpoints/<endpoint_id>/secret")
def rotate_secret(site_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Make a new secret. It is on this page and nowhere else."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    endpoint, secret = resources().store.write(
        lambda uow: site_admin.rotate_secret(uow, site_id, endpoint_id, by_id=by_id, at=at)
    )
    return _page(site_id, secret=secret, secret_of=endpoint.url), 201


@bp.post("/sites/<site_id>/endpoints/<endpoint_id>/remove")
def remove_endpoint(site_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Send nothing there any more."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.remove_endpoint(uow, site_id, endpoint_id, by_id=by_id, at=at))
    return saved(SECTION, site_id, "endpoint_removed")


@bp.post("/sites/<site_id>/endpoints/<endpoint_id>/test")
def test_endpoint(site_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Send one test event there."""
    check_owner(site_id)
    at = resources().now()
    resources().store.write(lambda uow: uow.deliveries.announce_test(site_id, endpoint_id, at=at))
    return _sent(site_id, "tested")


@bp.post("/sites/<site_id>/endpoints/<endpoint_id>/enable")
def enable_endpoint(site_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Send again to an endpoint that was disabled."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.enable_endpoint(uow, site_id, endpoint_id, by_id=by_id, at=at))
    return _sent(site_id, "enabled")


@bp.post("/sites/<site_id>/deliveries/<int:delivery_id>/replay")
def replay_delivery(site_id: str, delivery_id: int) -> ResponseReturnValue:
    """Send one event again to the endpoint that it went to."""
    check_owner(site_id)
    at = resources().now()
    resources().store.write(lambda uow: uow.deliveries.replay_one(site_id, delivery_id, at=at))
    return _sent(site_id, "replayed")


def _page(site_id: str, problem: Invalid | None = None, *, secret: str = "", secret_of: str = "") -> str:
    search = DeliverySearch(site_id, channel=_channel(), cursor=request.args.get("cursor", ""), limit=25)
    with resources().store.read() as uow:
        endpoints, boxes = uow.endpoints.all(site_id), uow.mailboxes.all(site_id)
        page = uow.deliveries.page(search)
    return settings_page(
        SECTION,
        site_id,
        problem=problem,
        endpoints=endpoints,
        events={event.value: _(EVENTS[event]) for event in ENDPOINT_EVENTS},
        given_events=request.form.getlist("events") if problem else [event.value for event in ENDPOINT_EVENTS],
        mailboxes=boxes,
        channel=search.channel,
        when=WHEN,
        url_of={each.id: each.url for each in endpoints}
        | {each.id: f"{each.name} ({each.address})" for each in boxes},
        deliveries=page.deliveries,
        next_cursor=page.next_cursor,
        secret=secret,
        secret_of=secret_of,
    )


def _sent(site_id: str, said: str) -> ResponseReturnValue:
    resources().dispatch.ring("delivery")
    channel = EMAIL.name if _channel() == EMAIL.name else None  # None leaves it out
    return saved(SECTION, site_id, said, channel=channel)


def _channel() -> str:
    """The channel whose deliveries are shown."""
    return EMAIL.name if request.args.get("channel") == EMAIL.name else WEBHOOK.name
