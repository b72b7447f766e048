"""Destinations: where the outbox delivers to, whatever the channel, and whether each still accepts deliveries.

What only one channel knows of its destinations, like an endpoint's URL, has a table of its own.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, update

from moderation.errors import NotFound
from moderation.messages import NOTHING, Message
from moderation.outbox.delivery import DeliveryStatus
from moderation.store.tables import deliveries, destinations

IS_ENABLED = and_(destinations.c.disabled_at.is_(None), destinations.c.removed_at.is_(None))


class DestinationRepository:
    """The destinations of one transaction. Every method names the site, so that no site can touch another's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, site_id: str, destination_id: str, channel: str, *, at: datetime) -> None:
        """Store a new destination."""
        values = {"id": destination_id, "site_id": site_id, "channel": channel, "created_at": at}
        self._connection.execute(insert(destinations), values | {"disabled_reason": NOTHING.to_json()})

    def reset(self, site_id: str, destination_id: str) -> None:
        """Forget its failures, for example because it has another address now. Raises NotFound."""
        self._set(site_id, destination_id, failing_since=None, paused_until=None)

    def enable(self, site_id: str, destination_id: str) -> None:
        """Send again from now on, with past failures forgotten. Raises NotFound."""
        self._set(site_id, destination_id, disabled_at=None, disabled_reason=NOTHING.to_json())
        self.reset(site_id, destination_id)

    def disable(self, site_id: str, destination_id: str, *, reason: Message, at: datetime) -> None:
        """Stop sending; what waits is given up. Raises NotFound."""
        self._set(site_id, destination_id, disabled_at=at, disabled_reason=reason.to_json())
        give_up_waiting(self._connection, destination_id, at=at)

    def remove(self, site_id: str, destination_id: str, *, at: datetime) -> None:
        """Stop sending for good; what waits is given up. Deliveries stay on record. Raises NotFound."""
        self._set(site_id, destination_id, removed_at=at)
        give_up_waiting(self._connection, destination_id, at=at)

    def _set(self, site_id: str, destination_id: str, **values: Any) -> None:
        is_it = (destinations.c.site_id == site_id, destinations.c.id == destination_id)
        kept = update(destinations).where(*is_it, destinations.c.removed_at.is_(None)).values(**values)
        if self._connection.execute(kept).rowcount != 1:
            raise NotFound("endpoint", destination_id)


def give_up_waiting(connection: Connection, destination_id: str, *, at: datetime) -> None:
    """Give up what waits for a destination that gets nothing more. It can be replayed."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.destination_id == destination_id, deliveries.c.status == DeliveryStatus.WAITING.value)
        .values(status=DeliveryStatus.GIVEN_UP.value, due_at=None, lease_until=None, ended_at=at)
    )
