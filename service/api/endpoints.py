"""Where a site's webhooks go: add, list, change, remove, a new secret, a test event, enable again."""

from datetime import datetime
from typing import Any

from moderation.accounts import Actor, Scope
from moderation.audit import Fact
from moderation.endpoint import Endpoint, checked_events, checked_url
from moderation.store import Rows
from service.auth import require
from service.reading import load_json
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
    require(Scope.ADMIN, site_id)
    with resources().store.read() as rows:
        answer: Answer = ENDPOINTS.dump({"endpoints": rows.endpoints.all(site_id)})
    return answer


def add_endpoint(site_id: str) -> tuple[Answer, int]:
    """Add an endpoint. Its secret is in this answer and nowhere else."""
    actor, at = require(Scope.ADMIN, site_id), resources().now()
    told = load_json(NEW_ENDPOINT)
    url, events = _checked(told["url"]), checked_events(told["events"])

    def add(rows: Rows) -> tuple[Endpoint, str]:
        endpoint, secret = rows.endpoints.add(site_id, url=url, events=events, at=at)
        _note(rows, actor, "endpoint.added", endpoint, at=at)
        return endpoint, secret

    endpoint, secret = resources().store.write(add)
    return NEW_ENDPOINT_ANSWER.dump({"endpoint": endpoint, "secret": secret}), 201


def change_endpoint(site_id: str, endpoint_id: str) -> Answer:
    """Send elsewhere, or other events."""
    actor, at = require(Scope.ADMIN, site_id), resources().now()
    told = load_json(ENDPOINT_CHANGE)
    new_url = _checked(told["url"]) if "url" in told else ""
    new_events = checked_events(told["events"]) if "events" in told else ()

    def change(rows: Rows) -> Endpoint:
        known = rows.endpoints.get(site_id, endpoint_id)
        _note(rows, actor, "endpoint.changed", known, at=at)
        return rows.endpoints.change(
            site_id, endpoint_id, url=new_url or known.url, events=new_events or known.events
        )

    answer: Answer = ENDPOINT.dump(resources().store.write(change))
    return answer


def remove_endpoint(site_id: str, endpoint_id: str) -> tuple[str, int]:
    """Send nothing there any more. What was delivered stays on record."""
    actor, at = require(Scope.ADMIN, site_id), resources().now()

    def remove(rows: Rows) -> None:
        _note(rows, actor, "endpoint.removed", rows.endpoints.get(site_id, endpoint_id), at=at)
        rows.endpoints.remove(site_id, endpoint_id, at=at)

    resources().store.write(remove)
    return "", 204


def rotate_secret(site_id: str, endpoint_id: str) -> Answer:
    """Give the endpoint a new secret, shown only here. The old one signs beside it for 24 hours."""
    actor, at = require(Scope.ADMIN, site_id), resources().now()

    def rotate(rows: Rows) -> tuple[Endpoint, str]:
        secret = rows.endpoints.rotate(site_id, endpoint_id, at=at)
        endpoint = rows.endpoints.get(site_id, endpoint_id)
        _note(rows, actor, "endpoint.rotated", endpoint, at=at)
        return endpoint, secret

    endpoint, secret = resources().store.write(rotate)
    answer: Answer = NEW_ENDPOINT_ANSWER.dump({"endpoint": endpoint, "secret": secret})
    return answer


def enable_endpoint(site_id: str, endpoint_id: str) -> Answer:
    """Send again to an endpoint that was disabled. What was given up meanwhile can be replayed."""
    actor, at = require(Scope.ADMIN, site_id), resources().now()

    def enable(rows: Rows) -> Endpoint:
        endpoint = rows.endpoints.enable(site_id, endpoint_id)
        _note(rows, actor, "endpoint.enabled", endpoint, at=at)
        return endpoint

    answer: Answer = ENDPOINT.dump(resources().store.write(enable))
    resources().dispatch.ring("delivery")
    return answer


def test_endpoint(site_id: str, endpoint_id: str) -> tuple[Answer, int]:
    """Send one `endpoint.test` event there now. The deliveries show what came of it."""
    require(Scope.ADMIN, site_id)
    at = resources().now()
    event_id = resources().store.write(lambda rows: rows.deliveries.announce_test(site_id, endpoint_id, at=at))
    resources().dispatch.ring("delivery")
    return TEST_SENT.dump({"event_id": event_id}), 202


def _checked(url: str) -> str:
    return checked_url(url, allow=resources().settings.outgoing_allow)


def _note(rows: Rows, actor: Actor, action: str, endpoint: Endpoint, *, at: datetime) -> None:
    rows.audit.append(endpoint.site_id, [Fact(at=at, by_id=actor.id, action=action, subject=endpoint.id)])
