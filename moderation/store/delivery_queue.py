"""The outbox as workers see it: deliveries are claimed fairly, attempts recorded with their consequences."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    not_,
    select,
    update,
)

from moderation.outbox.channels import CHANNELS
from moderation.outbox.delivery import (
    Attempt,
    ClaimedDelivery,
    DeliveryStatus,
    DestinationHealth,
    due_after,
    health_after,
)
from moderation.store.claim_query import AT, IS_FREE, IS_OPEN, IS_WAITING, claim_query
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many, update_many
from moderation.store.destinations import IS_ENABLED, give_up_waiting
from moderation.store.tables import attempts, deliveries, destinations

Result = tuple[ClaimedDelivery, Attempt]


class DeliveryQueue:
    """What the delivery workers do, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self,
        channel: str,
        *,
        limit: int,
        at: datetime,
        lease: timedelta,
        limits: Mapping[str, int] | None = None,
        excluded: Collection[str] = (),
    ) -> list[ClaimedDelivery]:
        """Hold up to `limit` due deliveries of a channel for the time of the lease.

        The first of each destination comes before a second.

        limits: how many deliveries a destination, by its id, may have under way, over all workers. Without one it is
        the channel's initial_in_flight; it is never more than its max_in_flight, and 1 while the destination fails.
        Left out are deliveries that others hold, paused destinations, and those in `excluded`.
        """
        claim, values = claim_query(CHANNELS[channel], limits or {})
        values |= {"at": at, "until": at + lease, "limit": limit, "excluded": excluded}
        ids = self._connection.scalars(claim, values).all()
        return self._claimed(ids) if ids else []

    def record(self, results: Sequence[Result], *, at: datetime) -> None:
        """Write attempts and what follows: delivered, due again, given up, the destination paused or disabled."""
        if not results:
            return
        health = self._lock_destinations({claimed.destination_id for claimed, _ in results})
        found = self._lock_deliveries([claimed.id for claimed, _ in results])
        results = [result for result in results if result[0].id in found]
        if not results:
            return
        insert_many(self._connection, attempts, [_attempt_columns(*result) for result in results])
        outcomes = [({"id": claimed.id}, _outcome(found[claimed.id], attempt, at=at)) for claimed, attempt in results]
        update_many(self._connection, deliveries, outcomes)
        by_destination = defaultdict(list)
        for claimed, attempt in results:
            by_destination[claimed.channel, claimed.destination_id].append(attempt)
        for (channel, destination_id), tried in sorted(by_destination.items()):
            if destination_id in health:
                self._note(channel, destination_id, tried, health[destination_id], at=at)

    def give_up_stranded(self, *, at: datetime) -> None:
        """End what was added in the same moment as its destination was disabled: it would wait for ever."""
        self._connection.execute(_GIVE_UP_STRANDED, {"at": at})

    def count_due(self, *, at: datetime) -> int:
        """How many deliveries could be claimed now."""
        query = (
            select(func.count())
            .select_from(deliveries.join(destinations, destinations.c.id == deliveries.c.destination_id))
            .where(IS_WAITING, IS_OPEN, deliveries.c.due_at <= at, IS_FREE)
        )
        return self._connection.scalar(query, {"at": at}) or 0

    def any_due(self, *, at: datetime) -> bool:
        """Whether there is anything to claim: the cheap look before a claim."""
        is_due = and_(deliveries.c.destination_id == destinations.c.id, IS_WAITING, deliveries.c.due_at <= at)
        query = select(destinations.c.id).where(IS_OPEN, exists().where(is_due, IS_FREE)).limit(1)
        return self._connection.scalar(query, {"at": at}) is not None

    def _claimed(self, delivery_ids: Sequence[int]) -> list[ClaimedDelivery]:
        query: Select[Any] = (
            select(*_CLAIMED)
            .where(any_of(deliveries.c.id, delivery_ids))
            .order_by(deliveries.c.due_at, deliveries.c.id)
        )
        return [ClaimedDelivery(*row) for row in self._connection.execute(query)]

    def _lock_destinations(self, destination_ids: Collection[str]) -> dict[str, DestinationHealth]:
        """The health of each; disabled ones are left out. Locked in one order, and before any delivery. The lock does
        not block a transaction that adds a delivery, because no key changes."""
        query = (
            select(destinations)
            .where(any_of(destinations.c.id, destination_ids))
            .order_by(destinations.c.id)
            .with_for_update(key_share=True)
        )
        rows = self._connection.execute(query)
        return {row.id: DestinationHealth(row.failing_since, row.paused_until) for row in rows if not row.disabled_at}

    def _lock_deliveries(self, delivery_ids: Sequence[int]) -> dict[int, Row[Any]]:
        query: Select[Any] = select(*_STATE).where(any_of(deliveries.c.id, delivery_ids)).order_by(deliveries.c.id)
        return {row.id: row for row in self._connection.execute(query.with_for_update())}

    def _note(
        self,
        channel: str,
        destination_id: str,
        tried: Sequence[Attempt],
        before: DestinationHealth,
        *,
        at: datetime,
    ) -> None:
        health = health_after(CHANNELS[channel], tried, before)
        if health == before:
            return
        values: dict[str, Any] = {"failing_since": health.failing_since, "paused_until": health.paused_until}
        if health.disabled_reason:
            values |= {"disabled_at": at, "disabled_reason": health.disabled_reason.to_json()}
            give_up_waiting(self._connection, destination_id, at=at)
        self._connection.execute(update(destinations).where(destinations.c.id == destination_id).values(**values))


_STATE = (
    deliveries.c.id,
    deliveries.c.channel,
    deliveries.c.status,
    deliveries.c.tries,
    deliveries.c.due_at,
    deliveries.c.ended_at,
)
_CLAIMED = (
    deliveries.c.id,
    deliveries.c.channel,
    deliveries.c.destination_id,
    deliveries.c.event_id,
    deliveries.c.payload,
)

_silent = select(destinations.c.id).where(not_(IS_ENABLED))
_has_due_time = deliveries.c.due_at.is_not(None)  # true of all that waits; makes SQLite use the index of what waits
_stranded = select(deliveries.c.id).where(
    IS_WAITING, _has_due_time, deliveries.c.destination_id.in_(_silent), IS_FREE
)
_GIVE_UP_STRANDED = (
    update(deliveries)
    .where(deliveries.c.id.in_(_stranded.with_for_update(skip_locked=True)))
    .values(status=DeliveryStatus.GIVEN_UP.value, due_at=None, lease_until=None, ended_at=AT)
)


def _outcome(row: Row[Any], attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    """How an attempt changes its delivery. One that ended meanwhile (by another worker, by hand) stays as it is, but
    a success always counts."""
    tries = row.tries + 1
    outcome = {"status": row.status, "tries": tries, "due_at": None, "ended_at": at, "lease_until": None}
    if attempt.is_success:
        return {**outcome, "status": DeliveryStatus.DELIVERED.value}
    if row.status != DeliveryStatus.WAITING.value:
        return {**outcome, "ended_at": row.ended_at}
    spec = CHANNELS[row.channel]
    if attempt.problem.code in spec.give_up_on:
        return {**outcome, "status": DeliveryStatus.GIVEN_UP.value}
    due_at = due_after(spec, row.id, tries, at=at, retry_after_s=attempt.retry_after_s)
    if due_at is None:
        return {**outcome, "status": DeliveryStatus.GIVEN_UP.value}
    return {**outcome, "due_at": due_at, "ended_at": None}


def _attempt_columns(claimed: ClaimedDelivery, attempt: Attempt) -> dict[str, Any]:
    return {
        "delivery_id": claimed.id,
        "at": attempt.at,
        "http_status": attempt.http_status,
        "latency_ms": attempt.latency_ms,
        "retry_after_s": attempt.retry_after_s,
        "problem": attempt.problem.to_json(),
        "answer": attempt.answer,
    }
