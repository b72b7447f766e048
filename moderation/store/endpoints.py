"""Endpoints: where webhooks go. Their secrets are sealed; each is shown once, to whoever made it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, and_, cast, insert, literal, select, update
from sqlalchemy.sql import ColumnElement

from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.outbox.delivery import DeliveryStatus
from moderation.store.sealing import Sealer
from moderation.store.tables import deliveries, endpoints
from moderation.webhooks.endpoint import SECRET_OVERLAP, Endpoint
from moderation.webhooks.events import EventType, new_secret

IS_ENABLED = and_(endpoints.c.disabled_at.is_(None), endpoints.c.removed_at.is_(None))


def wants(event_type: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an endpoint asked for events of this type."""
    return cast(endpoints.c.events, Text).contains(literal('"') + event_type + literal('"'))


class EndpointRepository:
    """The endpoints of one transaction. Every method names the site, so that no site can touch another's."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, site_id: str, *, url: str, events: Sequence[EventType], at: datetime) -> tuple[Endpoint, str]:
        """Store a new endpoint. Returns it with its secret. url, events: validated by `webhooks.endpoint`."""
        endpoint = Endpoint(new_id("end", at=at), site_id, url, tuple(events), created_at=at)
        secret = new_secret()
        self._connection.execute(
            insert(endpoints),
            {
                "id": endpoint.id,
                "site_id": site_id,
                "url": url,
                "events": [each.value for each in events],
                "secret_sealed": self._seal(endpoint.id, secret),
                "created_at": at,
                "disabled_reason": "",
            },
        )
        return endpoint, secret

    def all(self, site_id: str) -> list[Endpoint]:
        """The endpoints of one site, oldest first; removed ones are not among them."""
        rows = self._connection.execute(_select_kept(site_id).order_by(endpoints.c.created_at, endpoints.c.id))
        return [_endpoint_from(row) for row in rows]

    def get(self, site_id: str, endpoint_id: str) -> Endpoint:
        """One endpoint. Raises NotFound, also for another site's and for a removed one."""
        query = _select_kept(site_id).where(endpoints.c.id == endpoint_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("endpoint", endpoint_id)
        return _endpoint_from(row)

    def change(self, site_id: str, endpoint_id: str, *, url: str, events: Sequence[EventType]) -> Endpoint:
        """Send elsewhere, or other events. What waits goes to the new URL, which starts with a clean record."""
        self._set(site_id, endpoint_id, url=url, events=[each.value for each in events], failing_since=None)
        return self.get(site_id, endpoint_id)

    def rotate(self, site_id: str, endpoint_id: str, *, at: datetime) -> str:
        """Give a new secret. The one before it signs too for 24 hours; one before that no longer."""
        secret = new_secret()
        self._set(
            site_id,
            endpoint_id,
            old_secret_sealed=endpoints.c.secret_sealed,
            old_secret_until=at + SECRET_OVERLAP,
            secret_sealed=self._seal(endpoint_id, secret),
        )
        return secret

    def enable(self, site_id: str, endpoint_id: str) -> Endpoint:
        """Send again from now on, with a clean record. What was given up meanwhile can be replayed."""
        self._set(site_id, endpoint_id, disabled_at=None, disabled_reason="", failing_since=None)
        return self.get(site_id, endpoint_id)

    def disable(self, site_id: str, endpoint_id: str, *, reason: str, at: datetime) -> Endpoint:
        """Stop sending; what waits is given up. reason: a sentence for the site's people."""
        self._set(site_id, endpoint_id, disabled_at=at, disabled_reason=reason)
        give_up_waiting(self._connection, endpoint_id, at=at)
        return self.get(site_id, endpoint_id)

    def remove(self, site_id: str, endpoint_id: str, *, at: datetime) -> None:
        """Stop sending for good; what waits is given up. What was delivered stays on record."""
        self._set(site_id, endpoint_id, removed_at=at)
        give_up_waiting(self._connection, endpoint_id, at=at)

    def _set(self, site_id: str, endpoint_id: str, **values: Any) -> None:
        is_it = (endpoints.c.site_id == site_id, endpoints.c.id == endpoint_id, endpoints.c.removed_at.is_(None))
        if self._connection.execute(update(endpoints).where(*is_it).values(**values)).rowcount != 1:
            raise NotFound("endpoint", endpoint_id)

    def _seal(self, endpoint_id: str, secret: str) -> bytes:
        return self._sealer.seal(secret.encode(), about=endpoint_id)


def give_up_waiting(connection: Connection, endpoint_id: str, *, at: datetime) -> None:
    """Give up what waits for an endpoint that will get nothing more. It can be replayed."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.endpoint_id == endpoint_id, deliveries.c.status == DeliveryStatus.WAITING.value)
        .values(status=DeliveryStatus.GIVEN_UP.value, due_at=None, lease_until=None, ended_at=at)
    )


def _select_kept(site_id: str) -> Select[Any]:
    return select(endpoints).where(endpoints.c.site_id == site_id, endpoints.c.removed_at.is_(None))


def _endpoint_from(row: Row[Any]) -> Endpoint:
    return Endpoint(
        id=row.id,
        site_id=row.site_id,
        url=row.url,
        events=tuple(EventType(each) for each in row.events),
        created_at=row.created_at,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_reason=row.disabled_reason,
        old_secret_until=row.old_secret_until,
    )
