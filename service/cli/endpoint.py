"""`rejoinder endpoint`: where a site wants its webhooks."""

from datetime import datetime

import click

from moderation import site_admin
from moderation.webhooks.endpoint import COMMENT_EVENTS, Endpoint, checked_events, checked_url
from service.cli.installation import BY, installation
from service.cli.output import Answer, answers, table


@click.group()
def endpoint() -> None:
    """Add and list endpoints."""


@endpoint.command("add")
@click.argument("site_id", metavar="SITE")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="An event to send; without this option, every event.")
@answers
def add_endpoint(site_id: str, url: str, events: tuple[str, ...]) -> Answer:
    """Send a site's events to a URL. The secret that signs them is shown once."""
    wanted = checked_events(events or [each.value for each in COMMENT_EVENTS])
    with installation() as opened:
        checked = checked_url(url, allow=opened.settings.outgoing_allow)
        added, secret = opened.store.write(
            lambda uow: site_admin.add_endpoint(uow, site_id, url=checked, events=wanted, by_id=BY, at=opened.at)
        )
    value = {**_shown(added), "secret": secret}
    return Answer(value, f"{secret}\n\nThis is the only time it is shown. It signs what is sent to {added.url}.")


@endpoint.command("list")
@click.argument("site_id", metavar="SITE")
@answers
def list_endpoints(site_id: str) -> Answer:
    """List a site's endpoints, without their secrets."""
    with installation() as opened, opened.store.read() as uow:
        found = uow.endpoints.all(uow.sites.get(site_id).id)
    lines = [(each.id, each.url, _state(each, at=opened.at)) for each in found]
    text = table(("ENDPOINT", "URL", "STATE"), lines, empty=f"No endpoint yet: rejoinder endpoint add {site_id} URL")
    return Answer([_shown(each) for each in found], text)


def _state(endpoint: Endpoint, *, at: datetime) -> str:
    if endpoint.disabled_at:
        return f"disabled: {endpoint.disabled_reason}"
    if endpoint.paused_until and endpoint.paused_until > at:
        return f"asked for a pause until {endpoint.paused_until:%Y-%m-%d %H:%M} UTC"
    return f"failing since {endpoint.failing_since:%Y-%m-%d %H:%M} UTC" if endpoint.failing_since else "works"


def _shown(endpoint: Endpoint) -> dict[str, object]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": [each.value for each in endpoint.events],
        "is_disabled": endpoint.disabled_at is not None,
        "disabled_reason": endpoint.disabled_reason.to_json() or None,
    }
