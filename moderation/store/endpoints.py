"""Endpoints: the destinations of webhooks. Their secrets are sealed; each is shown once, when it is created."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, cast, insert, literal, select, update
from sqlalchemy.sql import ColumnElement

from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.messages import Message, message_from
from moderation.outbox.channels import WEBHOOK
from moderation.store.database.any_of import any_of
from moderation.store.destinations import DestinationRepository
from moderation.store.sealing import SealBroken, Sealer
from moderation.store.tables import destinations, endpoints
from moderation.webhooks.endpoint import SECRET_OVERLAP, Endpoint, WebhookTarget
from moderation.webhooks.events import EventType, new_secret

JOINED = endpoints.join(destinations, destinations.c.id == endpoints.c.id)


def wants(event_type: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an endpoint subscribed to events of this type."""
    return cast(endpoints.c.events, Text).contains(literal('"') + event_type + literal('"'))


class EndpointRepository:
    """The endpoints of one transaction. Every method names the site, so that no site can touch another's."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer
        self._destinations = DestinationRepository(connection)

    def add(self, site_id: str, *, url: str, events: Sequence[EventType], at: datetime) -> tuple[Endpoint, str]:
        """Store a new endpoint. Returns it with its secret. url, events: validated by `webhooks.endpoint`."""
        endpoint = Endpoint(new_id("end", at=at), site_id, url, tuple(events), created_at=at)
        secret = new_secret()
        self._destinations.add(site_id, endpoint.id, WEBHOOK.name, at=at)
        self._connection.execute(
            insert(endpoints),
            {
                "id": endpoint.id,
                "url": url,
                "events": [each.value for each in events],
                "secret_sealed": self._seal(endpoint.id, secret),
            },
        )
        return endpoint, secret

    def all(self, site_id: str) -> list[Endpoint]:
        """The endpoints of one site, oldest first, without removed ones."""
        rows = self._connection.execute(_select_kept(site_id).order_by(destinations.c.created_at, destinations.c.id))
        return [_endpoint_from(row) for row in rows]

    def get(self, site_id: str, endpoint_id: str) -> Endpoint:
        """One endpoint. Raises NotFound, also for another site's and for a removed one."""
        query = _select_kept(site_id).where(endpoints.c.id == endpoint_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("endpoint", endpoint_id)
        return _endpoint_from(row)

    def targets(self, endpoint_ids: Collection[str], *, at: datetime) -> dict[str, WebhookTarget]:
        """Where to post for each of these endpoints, and the secrets that sign at this time."""
        rows = self._connection.execute(select(endpoints).where(any_of(endpoints.c.id, endpoint_ids)))
        return {row.id: WebhookTarget(row.url, self._secrets_from(row, at=at)) for row in rows}

    def change(self, site_id: str, endpoint_id: str, *, url: str, events: Sequence[EventType]) -> Endpoint:
        """Change its URL and its events. What waits goes to the new URL; past failures are forgotten."""
        self._destinations.reset(site_id, endpoint_id)
        self._set(endpoint_id, url=url, events=[each.value for each in events])
        return self.get(site_id, endpoint_id)

    def rotate(self, site_id: str, endpoint_id: str, *, at: datetime) -> str:
        """Make a new secret. The one before it signs too for 24 hours; one before that no longer."""
        self.get(site_id, endpoint_id)
        secret = new_secret()
        self._set(
            endpoint_id,
            old_secret_sealed=endpoints.c.secret_sealed,
            old_secret_until=at + SECRET_OVERLAP,
            secret_sealed=self._seal(endpoint_id, secret),
        )
        return secret

    def enable(self, site_id: str, endpoint_id: str) -> Endpoint:
        """Send again from now on, without a record of failures. What was given up can be replayed."""
        self._destinations.enable(site_id, endpoint_id)
        return self.get(site_id, endpoint_id)

    def disable(self, site_id: str, endpoint_id: str, *, reason: Message, at: datetime) -> Endpoint:
        """Stop sending; what waits is given up."""
        self._destinations.disable(site_id, endpoint_id, reason=reason, at=at)
        return self.get(site_id, endpoint_id)

    def remove(self, site_id: str, endpoint_id: str, *, at: datetime) -> None:
        """Stop sending for good; what waits is given up. Deliveries stay on record."""
        self._destinations.remove(site_id, endpoint_id, at=at)

    def _set(self, endpoint_id: str, **values: Any) -> None:
        self._connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(**values))

    def _seal(self, endpoint_id: str, secret: str) -> bytes:
        return self._sealer.seal(secret.encode(), about=endpoint_id)

    def _secrets_from(self, row: Row[Any], *, at: datetime) -> tuple[str, ...]:
        sealed = [row.secret_sealed]
        if row.old_secret_sealed is not None and row.old_secret_until > at:
            sealed.append(row.old_secret_sealed)
        return tuple(filter(None, (self._opened(each, row.id) for each in sealed)))

    def _opened(self, sealed: bytes, endpoint_id: str) -> str:
        """A secret; "" when it cannot be opened, which must not stop the other deliveries of the same claim."""
        try:
            return self._sealer.open(sealed, about=endpoint_id).decode()
        except SealBroken:
            return ""


def _select_kept(site_id: str) -> Select[Any]:
    columns = (*destinations.c, endpoints.c.url, endpoints.c.events, endpoints.c.old_secret_until)
    is_kept = (destinations.c.site_id == site_id, destinations.c.removed_at.is_(None))
    return select(*columns).select_from(JOINED).where(*is_kept)


def _endpoint_from(row: Row[Any]) -> Endpoint:
    return Endpoint(
        id=row.id,
        site_id=row.site_id,
        url=row.url,
        events=tuple(EventType(each) for each in row.events),
        created_at=row.created_at,
        failing_since=row.failing_since,
        paused_until=row.paused_until,
        disabled_at=row.disabled_at,
        disabled_reason=message_from(row.disabled_reason),
        old_secret_until=row.old_secret_until,
    )
