"""Where a site's webhooks go: add, list, change, remove, a new secret, a test event, enable again."""

from typing import Any

from moderation import site_admin
from moderation.webhooks.endpoint import checked_events, checked_url
from service.auth.actors import actor
from service.http.request_parsing import load_json
from service.resources import resources
from service.schemas.webhooks import (
    ENDPOINT,
    ENDPOINT_CHANGE,
    ENDPOINTS,
    NEW_ENDPOINT,
    NEW_ENDPOINT_ANSWER,
    TEST_SENT,
)

Answer = dict[str, Any]


def list_endpoints(site_id: str) -> Answer:
    """List where the site's webhooks go, and whether each still answers."""
    with resources().store.read() as uow:
        answer: Answer = ENDPOINTS.dump({"endpoints": uow.endpoints.all(site_id)})
    return answer


def add_endpoint(site_id: str) -> tuple[Answer, int]:
    """Add an endpoint. Its secret is in this answer and nowhere else."""
    by_id, at = actor().id, resources().now()
    values = load_json(NEW_ENDPOINT)
    url, events = _checked(values["url"]), checked_events(values["events"])
    endpoint, secret = resources().store.write(
        lambda uow: site_admin.add_endpoint(uow, site_id, url=url, events=events, by_id=by_id, at=at)
    )
    return NEW_ENDPOINT_ANSWER.dump({"endpoint": endpoint, "secret": secret}), 201


def change_endpoint(site_id: str, endpoint_id: str) -> Answer:
    """Send elsewhere, or other events."""
    by_id, at = actor().id, resources().now()
    values = load_json(ENDPOINT_CHANGE)
    url = _checked(values["url"]) if "url" in values else ""
    events = checked_events(values["events"]) if "events" in values else ()
    changed = resources().store.write(
        lambda uow: site_admin.change_endpoint(uow, site_id, endpoint_id, url=url, events=events, by_id=by_id, at=at)
    )
    answer: Answer = ENDPOINT.dump(changed)
    return answer


def remove_endpoint(site_id: str, endpoint_id: str) -> tuple[str, int]:
    """Send nothing there any more. What was delivered stays on record."""
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.remove_endpoint(uow, site_id, endpoint_id, by_id=by_id, at=at))
    return "", 204


def rotate_secret(site_id: str, endpoint_id: str) -> Answer:
    """Give the endpoint a new secret, shown only here. The old one signs beside it for 24 hours."""
    by_id, at = actor().id, resources().now()
    endpoint, secret = resources().store.write(
        lambda uow: site_admin.rotate_secret(uow, site_id, endpoint_id, by_id=by_id, at=at)
    )
    answer: Answer = NEW_ENDPOINT_ANSWER.dump({"endpoint": endpoint, "secret": secret})
    return answer


def enable_endpoint(site_id: str, endpoint_id: str) -> Answer:
    """Send again to an endpoint that was disabled. What was given up meanwhile can be replayed."""
    by_id, at = actor().id, resources().now()
    enabled = resources().store.write(
        lambda uow: site_admin.enable_endpoint(uow, site_id, endpoint_id, by_id=by_id, at=at)
    )
    resources().dispatch.ring("delivery")
    answer: Answer = ENDPOINT.dump(enabled)
    return answer


def test_endpoint(site_id: str, endpoint_id: str) -> tuple[Answer, int]:
    """Send one `endpoint.test` event there now. The deliveries show what came of it."""
    at = resources().now()
    event_id = resources().store.write(lambda uow: uow.deliveries.announce_test(site_id, endpoint_id, at=at))
    resources().dispatch.ring("delivery")
    return TEST_SENT.dump({"event_id": event_id}), 202


def _checked(url: str) -> str:
    return checked_url(url, allow=resources().settings.outgoing_allow)
