"""A site's webhooks and mails for its owners: which endpoints answer, the latest deliveries, sending again."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import site_admin
from moderation.accounts import Scope
from moderation.errors import NotFound
from moderation.messages import N_, Message
from moderation.outbox.channels import EMAIL, WEBHOOK
from moderation.outbox.delivery import DeliverySearch
from service.dashboard.blueprint import bp
from service.dashboard.notifications import WHEN
from service.dashboard.session import actor
from service.http.errors import Forbidden
from service.http.language import _
from service.resources import resources

SAID = {
    "tested": N_("A test event was queued; it appears among the deliveries."),
    "enabled": N_("The endpoint is enabled. Deliveries that failed in the meantime can be sent again below."),
    "replayed": N_("The event was queued again, with the same id."),
}

FOR_OWNERS = Message(N_("Webhooks are for the owners of a site. Ask one of them to make you an owner too."))


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
    _check_owner(site_id)
    search = DeliverySearch(site_id, channel=_channel(), cursor=request.args.get("cursor", ""), limit=25)
    with resources().store.read() as uow:
        endpoints, boxes = uow.endpoints.all(site_id), uow.mailboxes.all(site_id)
        page = uow.deliveries.page(search)
        sites = uow.sites.all(actor().sites(Scope.ADMIN))
    return render_template(
        "dashboard/webhooks.html",
        site_id=site_id,
        sites=sites,
        endpoints=endpoints,
        mailboxes=boxes,
        channel=search.channel,
        when=WHEN,
        url_of={each.id: each.url for each in endpoints}
        | {each.id: f"{each.name} ({each.address})" for each in boxes},
        deliveries=page.deliveries,
        next_cursor=page.next_cursor,
        said=_(SAID[said]) if (said := request.args.get("said", "")) in SAID else "",
    )


@bp.post("/sites/<site_id>/endpoints/<endpoint_id>/test")
def test_endpoint(site_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Send one test event there."""
    _check_owner(site_id)
    at = resources().now()
    resources().store.write(lambda uow: uow.deliveries.announce_test(site_id, endpoint_id, at=at))
    return _sent(site_id, "tested")


@bp.post("/sites/<site_id>/endpoints/<endpoint_id>/enable")
def enable_endpoint(site_id: str, endpoint_id: str) -> ResponseReturnValue:
    """Send again to an endpoint that was disabled."""
    _check_owner(site_id)
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.enable_endpoint(uow, site_id, endpoint_id, by_id=by_id, at=at))
    return _sent(site_id, "enabled")


@bp.post("/sites/<site_id>/deliveries/<int:delivery_id>/replay")
def replay_delivery(site_id: str, delivery_id: int) -> ResponseReturnValue:
    """Send one event again to the endpoint that it went to."""
    _check_owner(site_id)
    at = resources().now()
    resources().store.write(lambda uow: uow.deliveries.replay_one(site_id, delivery_id, at=at))
    return _sent(site_id, "replayed")


def _sent(site_id: str, said: str) -> ResponseReturnValue:
    resources().dispatch.ring("delivery")
    channel = EMAIL.name if _channel() == EMAIL.name else None  # None leaves it out
    return redirect(url_for("dashboard.show_webhooks", site_id=site_id, said=said, channel=channel), code=303)


def _channel() -> str:
    """The channel whose deliveries are shown."""
    return EMAIL.name if request.args.get("channel") == EMAIL.name else WEBHOOK.name


def _check_owner(site_id: str) -> None:
    if not actor().may(site_id, Scope.READ):
        raise NotFound("site", site_id)
    if not actor().may(site_id, Scope.ADMIN):
        raise Forbidden(FOR_OWNERS)
