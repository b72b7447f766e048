"""`rejoinder endpoint`: the URLs that receive a site's webhooks."""

from datetime import datetime

import click

from moderation import site_admin
from moderation.webhooks.endpoint import ENDPOINT_EVENTS, Endpoint, checked_events, checked_url
from service.cli.installation import CONSOLE, open_installation
from service.cli.output import Result, prints_result, table


@click.group()
def endpoint() -> None:
    """Manage webhook endpoints."""


@endpoint.command("add")
@click.argument("site_id", metavar="SITE")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="An event to send; all by default. May be repeated.")
@prints_result
def add_endpoint(site_id: str, url: str, events: tuple[str, ...]) -> Result:
    """Send a site's events to a URL and print the signing secret, once."""
    wanted = checked_events(events or [each.value for each in ENDPOINT_EVENTS])
    with open_installation() as installation:
        checked = checked_url(url, allow=installation.settings.outgoing_allow)
        endpoint, secret = installation.store.write(
            lambda uow: site_admin.add_endpoint(
                uow, site_id, url=checked, events=wanted, by_id=CONSOLE, at=installation.at
            )
        )
    value = {**_as_json(endpoint), "secret": secret}
    return Result(value, secret, note=f"This secret is shown only once. It signs the events sent to {endpoint.url}.")


@endpoint.command("list")
@click.argument("site_id", metavar="SITE")
@prints_result
def list_endpoints(site_id: str) -> Result:
    """List a site's endpoints and whether they work."""
    with open_installation() as installation, installation.store.read() as uow:
        endpoints = uow.endpoints.all(uow.sites.get(site_id).id)
    rows = [(each.id, each.url, _state(each, at=installation.at)) for each in endpoints]
    text = table(
        ("ENDPOINT", "URL", "STATE"), rows, empty=f"No endpoints yet. Add one: rejoinder endpoint add {site_id} URL"
    )
    return Result([_as_json(each) for each in endpoints], text)


def _state(endpoint: Endpoint, *, at: datetime) -> str:
    if endpoint.disabled_at:
        return f"disabled: {endpoint.disabled_reason}"
    if endpoint.paused_until and endpoint.paused_until > at:
        return f"paused by the receiver until {endpoint.paused_until:%Y-%m-%d %H:%M} UTC"
    return f"failing since {endpoint.failing_since:%Y-%m-%d %H:%M} UTC" if endpoint.failing_since else "works"


def _as_json(endpoint: Endpoint) -> dict[str, object]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": [each.value for each in endpoint.events],
        "is_disabled": endpoint.disabled_at is not None,
        "disabled_reason": endpoint.disabled_reason.to_json() or None,
    }
