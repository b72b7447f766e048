"""Deliveries as the owners of a site see them: what goes to which destination, every attempt, and replays."""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from moderation.errors import Invalid, NotFound
from moderation.ids import new_id
from moderation.messages import message_from
from moderation.outbox.channels import WEBHOOK
from moderation.outbox.delivery import (
    Attempt,
    Delivery,
    DeliveryPage,
    DeliverySearch,
    DeliveryStatus,
    NewDelivery,
)
from moderation.store.database.any_of import any_of
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.destinations import IS_ENABLED
from moderation.store.endpoints import JOINED, wants
from moderation.store.tables import attempts, deliveries, destinations
from moderation.webhooks.events import Event, EventType, payload_of

LAST_ID = 2**63 - 1


class DeliveryRepository:
    """The deliveries of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def announce(self, events: Sequence[Event]) -> None:
        """Add a webhook for every enabled endpoint that subscribed to an event's type; one statement for all."""
        if events:
            self._connection.execute(_ANNOUNCE, [_event_columns(event) for event in events])

    def add(self, new: Sequence[NewDelivery], *, at: datetime) -> None:
        """Add deliveries that are due now, each to its own destination, on any channel."""
        for each in new:
            self._connection.execute(
                insert(deliveries),
                asdict(each) | {"created_at": at, "due_at": at, "status": DeliveryStatus.WAITING.value, "tries": 0},
            )

    def announce_test(self, site_id: str, endpoint_id: str, *, at: datetime) -> str:
        """Send one `endpoint.test` to this endpoint only; gives its event id. Raises NotFound, Invalid."""
        self._require_enabled(site_id, endpoint_id)
        payload = payload_of(EventType.TEST, {"site": site_id, "endpoint": endpoint_id}, at=at)
        event_id = new_id("evt", at=at)
        self.add([NewDelivery(WEBHOOK.name, site_id, endpoint_id, event_id, EventType.TEST.value, payload)], at=at)
        return event_id

    def get(self, site_id: str, delivery_id: int) -> Delivery:
        """One delivery with its attempts. Raises NotFound, also for another site's."""
        is_it = and_(deliveries.c.site_id == site_id, any_of(deliveries.c.id, _possible([delivery_id])))
        query = select(*_SHOWN).where(is_it)
        found = self._with_attempts(self._connection.execute(query).all())
        if not found:
            raise NotFound("delivery", str(delivery_id))
        return found[0]

    def page(self, search: DeliverySearch) -> DeliveryPage:
        """One page, newest first, with attempts. Raises Invalid for an unknown cursor."""
        query = select(*_SHOWN).where(*_filters(search)).order_by(deliveries.c.id.desc()).limit(search.limit + 1)
        rows = self._connection.execute(query).all()
        shown = rows[: search.limit]
        next_cursor = _cursor_of(shown[-1].id) if len(rows) > search.limit else ""
        return DeliveryPage(tuple(self._with_attempts(shown)), next_cursor)

    def replay(self, site_id: str, delivery_ids: Sequence[int], *, at: datetime) -> list[int]:
        """Send these again, with the same event id and a new round of attempts; gives the ids that will be sent.

        Those of other sites are left out, and those whose destination is disabled or removed.
        """
        enabled = select(destinations.c.id).where(IS_ENABLED)
        query = (
            update(deliveries)
            .where(deliveries.c.site_id == site_id, any_of(deliveries.c.id, _possible(delivery_ids)))
            .where(deliveries.c.destination_id.in_(enabled))
            .values(status=DeliveryStatus.WAITING.value, tries=0, due_at=at, lease_until=None, ended_at=None)
            .returning(deliveries.c.id)
        )
        return sorted(self._connection.scalars(query))

    def replay_one(self, site_id: str, delivery_id: int, *, at: datetime) -> Delivery:
        """Send this one again; gives it as it is now. Raises NotFound, Invalid if its destination is not enabled."""
        self.get(site_id, delivery_id)
        if not self.replay(site_id, [delivery_id], at=at):
            raise Invalid("delivery", "its endpoint is disabled or removed; enable it first.")
        return self.get(site_id, delivery_id)

    def _require_enabled(self, site_id: str, endpoint_id: str) -> None:
        is_it = and_(destinations.c.site_id == site_id, destinations.c.id == endpoint_id)
        query = select(destinations.c.disabled_at).where(is_it, destinations.c.removed_at.is_(None))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("endpoint", endpoint_id)
        if row.disabled_at is not None:
            raise Invalid("endpoint", "it is disabled; enable it first.")

    def _with_attempts(self, rows: Sequence[Row[Any]]) -> list[Delivery]:
        ids = [row.id for row in rows]
        query = select(attempts).where(any_of(attempts.c.delivery_id, ids)).order_by(attempts.c.id)
        by_delivery = defaultdict(list)
        for row in self._connection.execute(query) if rows else ():
            by_delivery[row.delivery_id].append(_attempt_from(row))
        return [replace(_delivery_from(row), attempts=tuple(by_delivery[row.id])) for row in rows]


_ANNOUNCE = insert(deliveries).from_select(
    [
        "channel",
        "site_id",
        "destination_id",
        "event_id",
        "type",
        "comment_id",
        "payload",
        "created_at",
        "due_at",
        "status",
        "tries",
    ],
    select(
        destinations.c.channel,
        destinations.c.site_id,
        destinations.c.id,
        bindparam("event_id", type_=Text),
        bindparam("event_type", type_=Text),
        bindparam("comment_id", type_=Text),
        bindparam("payload", type_=Text),
        bindparam("happened_at", type_=UtcTimestamp),
        bindparam("happened_at", type_=UtcTimestamp),
        literal_column("'waiting'"),
        literal_column("0"),
    )
    .select_from(JOINED)
    .where(destinations.c.site_id == bindparam("of_site"), IS_ENABLED, wants(bindparam("event_type"))),
)

_SHOWN = tuple(column for column in deliveries.c if column.name not in {"payload", "lease_until"})


def _event_columns(event: Event) -> dict[str, Any]:
    return {
        "of_site": event.site_id,
        "event_id": event.id,
        "event_type": event.type.value,
        "comment_id": event.comment_id,
        "payload": event.payload,
        "happened_at": event.at,
    }


def _filters(search: DeliverySearch) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = [deliveries.c.site_id == search.site_id]
    if search.destination_id:
        filters.append(deliveries.c.destination_id == search.destination_id)
    if search.channel:
        filters.append(deliveries.c.channel == search.channel)
    if search.status:
        filters.append(deliveries.c.status == search.status.value)
    if search.cursor:
        filters.append(deliveries.c.id < _read_cursor(search.cursor))
    return filters


def _cursor_of(delivery_id: int) -> str:
    return base64.urlsafe_b64encode(str(delivery_id).encode()).decode()


def _read_cursor(cursor: str) -> int:
    try:
        [delivery_id] = _possible([int(base64.urlsafe_b64decode(cursor))])
    except (binascii.Error, ValueError) as problem:
        raise Invalid("cursor", "this is not a cursor of another page; leave it out for the first page.") from problem
    return delivery_id


def _possible(delivery_ids: Iterable[int]) -> list[int]:
    """Those that the column can hold; the database would fail on any other."""
    return [each for each in delivery_ids if 0 < each <= LAST_ID]


def _attempt_from(row: Row[Any]) -> Attempt:
    problem = message_from(row.problem)
    return Attempt(row.at, row.http_status, row.latency_ms, problem, row.answer, row.retry_after_s)


def _delivery_from(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        channel=row.channel,
        site_id=row.site_id,
        destination_id=row.destination_id,
        event_id=row.event_id,
        type=row.type,
        comment_id=row.comment_id,
        created_at=row.created_at,
        status=DeliveryStatus(row.status),
        tries=row.tries,
        due_at=row.due_at,
        ended_at=row.ended_at,
    )
