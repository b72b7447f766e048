"""The outbox as workers see it: deliveries are claimed fairly, attempts recorded with their consequences."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from moderation.outbox.channels import CHANNELS
from moderation.outbox.delivery import (
    Attempt,
    ClaimedDelivery,
    DeliveryStatus,
    DestinationHealth,
    due_after,
    health_after,
)
from moderation.store.database.any_of import among
from moderation.store.database.bulk_sql import insert_many, update_many
from moderation.store.database.utc_timestamp import Moment
from moderation.store.destinations import IS_ENABLED, give_up_waiting
from moderation.store.tables import attempts, deliveries, destinations

Result = tuple[ClaimedDelivery, Attempt]


class DeliveryQueue:
    """What the delivery workers do, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self,
        *,
        limit: int,
        at: datetime,
        lease: timedelta,
        limits: Mapping[str, int] | None = None,
        excluded: Collection[str] = (),
    ) -> list[ClaimedDelivery]:
        """Hold up to `limit` due deliveries for the time of the lease, the first of each destination before a second.

        limits: how many deliveries a destination, by its id, may have under way, over all workers. Without one it is
        the channel's initial_in_flight; it is never more than its max_in_flight, and 1 while the destination fails.
        Left out are deliveries that others hold, paused destinations, and those in `excluded`.
        """
        self._connection.execute(_GIVE_UP_STRANDED, {"at": at})
        known = dict(limits or {})
        values = {"at": at, "until": at + lease, "limit": limit, "excluded": excluded}
        claim = _claim_of(tuple(CHANNELS), len(known))
        ids = self._connection.scalars(claim, values | _channel_values() | _limit_values(known)).all()
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

    def count_due(self, *, at: datetime) -> int:
        """How many deliveries could be claimed now."""
        query = (
            select(func.count())
            .select_from(deliveries.join(destinations, destinations.c.id == deliveries.c.destination_id))
            .where(_is_waiting, _is_open, deliveries.c.due_at <= at, _is_free)
        )
        return self._connection.scalar(query, {"at": at}) or 0

    def any_due(self, *, at: datetime) -> bool:
        """Whether there is anything to claim: the cheap look before a claim."""
        is_due = and_(deliveries.c.destination_id == destinations.c.id, _is_waiting, deliveries.c.due_at <= at)
        query = select(destinations.c.id).where(_is_open, exists().where(is_due, _is_free)).limit(1)
        return self._connection.scalar(query, {"at": at}) is not None

    def _claimed(self, delivery_ids: Sequence[int]) -> list[ClaimedDelivery]:
        query: Select[Any] = (
            select(*_CLAIMED)
            .where(among(deliveries.c.id, delivery_ids))
            .order_by(deliveries.c.due_at, deliveries.c.id)
        )
        return [ClaimedDelivery(*row) for row in self._connection.execute(query)]

    def _lock_destinations(self, destination_ids: Collection[str]) -> dict[str, DestinationHealth]:
        """The health of each; disabled ones are left out. Locked in one order, and before any delivery. The lock does
        not block a transaction that adds a delivery, because no key changes."""
        query = (
            select(destinations)
            .where(among(destinations.c.id, destination_ids))
            .order_by(destinations.c.id)
            .with_for_update(key_share=True)
        )
        rows = self._connection.execute(query)
        return {row.id: DestinationHealth(row.failing_since, row.paused_until) for row in rows if not row.disabled_at}

    def _lock_deliveries(self, delivery_ids: Sequence[int]) -> dict[int, Row[Any]]:
        query: Select[Any] = select(*_STATE).where(among(deliveries.c.id, delivery_ids)).order_by(deliveries.c.id)
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


# The status is a literal, not a parameter: only so can the planner see that the partial index fits.
_is_waiting: ColumnElement[bool] = literal_column("deliveries.status") == literal_column("'waiting'")
_at = bindparam("at", type_=Moment)
_is_free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= _at)
_is_paused = and_(destinations.c.paused_until.is_not(None), destinations.c.paused_until > _at)
_is_open = and_(IS_ENABLED, not_(_is_paused))

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

# A delivery that was added in the same moment as its destination was disabled would wait for ever: end it.
_silent = select(destinations.c.id).where(not_(IS_ENABLED))
_has_due_time = deliveries.c.due_at.is_not(None)  # true of all that waits; makes SQLite use the index of what waits
_stranded = select(deliveries.c.id).where(
    _is_waiting, _has_due_time, deliveries.c.destination_id.in_(_silent), _is_free
)
_GIVE_UP_STRANDED = (
    update(deliveries)
    .where(deliveries.c.id.in_(_stranded.with_for_update(skip_locked=True)))
    .values(status=DeliveryStatus.GIVEN_UP.value, due_at=None, lease_until=None, ended_at=_at)
)


@lru_cache(maxsize=128)  # building this statement takes as long as running it
def _claim_of(channels: tuple[str, ...], known: int) -> ReturningUpdate[int]:
    """The claim for these channels, when the limits of `known` destinations are given."""
    chosen = (
        select(deliveries.c.id)
        .where(deliveries.c.id.in_(_next_in_line(len(channels), known)), _is_waiting, _is_free)
        .with_for_update(skip_locked=True)
    )
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(chosen))
        .values(lease_until=bindparam("until", type_=Moment))
        .returning(deliveries.c.id)
    )


def _channel_values() -> dict[str, Any]:
    values: dict[str, Any] = {"longest": max(spec.max_in_flight for spec in CHANNELS.values()) - 1}
    for number, spec in enumerate(CHANNELS.values()):
        values[f"channel_{number}"] = spec.name
        values[f"initial_{number}"] = spec.initial_in_flight
        values[f"most_{number}"] = spec.max_in_flight
    return values


def _limit_values(limits: Mapping[str, int]) -> dict[str, Any]:
    ids = {f"destination_{number}": destination_id for number, destination_id in enumerate(limits)}
    return ids | {f"limit_{number}": limit for number, limit in enumerate(limits.values())}


def _by_channel(name: str, channels: int) -> ColumnElement[int]:
    whens = [
        (destinations.c.channel == bindparam(f"channel_{n}", type_=Text), bindparam(f"{name}_{n}", type_=Integer))
        for n in range(channels)
    ]
    return case(*whens, else_=0)  # a channel that this version does not know


def _places(channels: int, known: int) -> ColumnElement[int]:
    """How many deliveries a destination may have under way."""
    whens = [
        (destinations.c.id == bindparam(f"destination_{n}", type_=Text), bindparam(f"limit_{n}", type_=Integer))
        for n in range(known)
    ]
    initial = _by_channel("initial", channels)
    limit = case(*whens, else_=initial) if known else initial
    return case((destinations.c.failing_since.is_not(None), literal(1)), else_=limit)


def _next_in_line(channels: int, known: int) -> Select[Any]:
    """The deliveries to claim: of each destination the first few that are due, where held ones count too.

    The horizon is the due time of the last of those few. Without it, each claim would rank a dead destination's whole
    backlog.
    """
    earlier = deliveries.alias("earlier")
    horizon = (
        select(earlier.c.due_at)
        .where(earlier.c.destination_id == destinations.c.id, literal_column("earlier.status = 'waiting'"))
        .where(earlier.c.due_at <= _at)
        .order_by(earlier.c.due_at)
        .offset(bindparam("longest", type_=Integer))
        .limit(1)
        .scalar_subquery()
    )
    order = (deliveries.c.due_at, deliveries.c.id)
    is_near = deliveries.c.due_at <= func.coalesce(horizon, _at)
    of_it = and_(deliveries.c.destination_id == destinations.c.id, _is_waiting, is_near)
    ranked = (
        select(
            deliveries.c.id,
            deliveries.c.due_at,
            deliveries.c.lease_until,
            func.row_number().over(partition_by=destinations.c.id, order_by=order).label("place"),
            _places(channels, known).label("places"),
            _by_channel("most", channels).label("most"),
        )
        .select_from(destinations.outerjoin(deliveries, of_it))  # outer: the planner begins with the destinations
        .where(_is_open, not_(among(destinations.c.id, "excluded")))
        .subquery()
    )
    is_free = or_(ranked.c.lease_until.is_(None), ranked.c.lease_until <= _at)
    return (
        select(ranked.c.id)
        .where(ranked.c.id.is_not(None), is_free)
        .where(ranked.c.place <= ranked.c.places, ranked.c.place <= ranked.c.most)
        .order_by(ranked.c.place, ranked.c.due_at, ranked.c.id)
        .limit(bindparam("limit", type_=Integer))
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
    due_at = due_after(CHANNELS[row.channel], row.id, tries, at=at, retry_after_s=attempt.retry_after_s)
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
