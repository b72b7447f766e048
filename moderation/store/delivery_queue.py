"""Deliveries on their way out: claimed in turns by a worker, every attempt recorded with what follows from it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
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
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.dml import ReturningUpdate

from moderation.outbox.delivery import Attempt, ClaimedDelivery, DeliveryStatus, due_after, standing_after
from moderation.store.database.any_of import among
from moderation.store.database.bulk_sql import insert_many, update_many
from moderation.store.database.utc_timestamp import Moment
from moderation.store.endpoints import IS_ENABLED, give_up_waiting
from moderation.store.sealing import SealBroken, Sealer
from moderation.store.tables import attempts, deliveries, endpoints

MIN_IN_FLIGHT, INITIAL_IN_FLIGHT, MAX_IN_FLIGHT = 1, 4, 32
"""How many deliveries one endpoint may have under way: while it fails, while nothing is known, and at most."""

Result = tuple[ClaimedDelivery, Attempt]


class DeliveryQueue:
    """What the delivery workers do, in one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def claim(
        self,
        *,
        limit: int,
        at: datetime,
        lease: timedelta,
        at_once: Mapping[str, int] | None = None,
        shunned: Collection[str] = (),
    ) -> list[ClaimedDelivery]:
        """Take up to `limit` due deliveries for the time of the lease, the first of each endpoint before the second.

        at_once: how many an endpoint, by its id, may have under way, over all workers;
        INITIAL_IN_FLIGHT where it is not said,
        never more than MAX_IN_FLIGHT, and a single one while it fails. What others hold is passed over, and all of
        the
        endpoints in `shunned`.
        """
        self._connection.execute(_GIVE_UP_STRANDED, {"at": at})
        told = dict(at_once or {})
        values = {"at": at, "until": at + lease, "most": limit, "shunned": shunned, **_told_columns(told)}
        claimed = self._connection.scalars(_claim_of(len(told)), values).all()
        return self._opened(claimed, at=at) if claimed else []

    def record(self, results: Sequence[Result], *, at: datetime) -> None:
        """Write attempts, and what follows from them: delivered, due again, given up, the endpoint disabled."""
        if not results:
            return
        standing = self._lock_endpoints({claimed.endpoint_id for claimed, _ in results})
        found = self._lock_deliveries([claimed.id for claimed, _ in results])
        results = [result for result in results if result[0].id in found]
        if not results:
            return
        insert_many(self._connection, attempts, [_attempt_columns(*result) for result in results])
        outcomes = [({"id": claimed.id}, _outcome(found[claimed.id], attempt, at=at)) for claimed, attempt in results]
        update_many(self._connection, deliveries, outcomes)
        by_endpoint = defaultdict(list)
        for claimed, attempt in results:
            by_endpoint[claimed.endpoint_id].append(attempt)
        for endpoint_id in sorted(by_endpoint.keys() & standing.keys()):
            self._note(endpoint_id, by_endpoint[endpoint_id], standing[endpoint_id], at=at)

    def count_due(self, *, at: datetime) -> int:
        """How many deliveries could be claimed now."""
        query = (
            select(func.count())
            .select_from(deliveries.join(endpoints, endpoints.c.id == deliveries.c.endpoint_id))
            .where(_is_waiting, IS_ENABLED, deliveries.c.due_at <= at, _is_free)
        )
        return self._connection.scalar(query, {"at": at}) or 0

    def any_due(self, *, at: datetime) -> bool:
        """Whether there is anything to claim: the cheap look before a claim."""
        is_due = and_(deliveries.c.endpoint_id == endpoints.c.id, _is_waiting, deliveries.c.due_at <= at)
        query = select(endpoints.c.id).where(IS_ENABLED, exists().where(is_due, _is_free)).limit(1)
        return self._connection.scalar(query, {"at": at}) is not None

    def _opened(self, delivery_ids: Sequence[int], *, at: datetime) -> list[ClaimedDelivery]:
        joined = deliveries.join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
        query: Select[Any] = (
            select(deliveries.c.id, deliveries.c.event_id, deliveries.c.payload, deliveries.c.endpoint_id, *_SEALED)
            .select_from(joined)
            .where(among(deliveries.c.id, delivery_ids))
            .order_by(deliveries.c.due_at, deliveries.c.id)
        )
        return [self._claimed_from(row, at=at) for row in self._connection.execute(query)]

    def _claimed_from(self, row: Row[Any], *, at: datetime) -> ClaimedDelivery:
        sealed = [row.secret_sealed]
        if row.old_secret_sealed is not None and row.old_secret_until > at:
            sealed.append(row.old_secret_sealed)
        secrets = (self._secret_from(each, row.endpoint_id) for each in sealed)
        return ClaimedDelivery(
            row.id, row.endpoint_id, row.event_id, row.url, row.payload, tuple(filter(None, secrets))
        )

    def _secret_from(self, sealed: bytes, endpoint_id: str) -> str:
        """An endpoint's secret; "" when it cannot be opened, which must not hold up the others of this claim."""
        try:
            return self._sealer.open(sealed, about=endpoint_id).decode()
        except SealBroken:
            return ""

    def _lock_endpoints(self, endpoint_ids: Collection[str]) -> dict[str, datetime | None]:
        """Since when each fails; disabled ones are left out. Locked in one order, and before any delivery;
        whoever announces an event meanwhile need not wait, for no key changes."""
        query = (
            select(endpoints.c.id, endpoints.c.failing_since, endpoints.c.disabled_at)
            .where(among(endpoints.c.id, endpoint_ids))
            .order_by(endpoints.c.id)
            .with_for_update(key_share=True)
        )
        return {row.id: row.failing_since for row in self._connection.execute(query) if row.disabled_at is None}

    def _lock_deliveries(self, delivery_ids: Sequence[int]) -> dict[int, Row[Any]]:
        query: Select[Any] = select(*_STATE).where(among(deliveries.c.id, delivery_ids)).order_by(deliveries.c.id)
        return {row.id: row for row in self._connection.execute(query.with_for_update())}

    def _note(self, endpoint_id: str, tried: list[Attempt], failing_since: datetime | None, *, at: datetime) -> None:
        standing = standing_after(tried, failing_since)
        values: dict[str, Any] = {"failing_since": standing.failing_since}
        if standing.disabled_reason:
            values |= {"disabled_at": at, "disabled_reason": standing.disabled_reason}
            give_up_waiting(self._connection, endpoint_id, at=at)
        if standing.disabled_reason or standing.failing_since != failing_since:
            self._connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(**values))


# The words are literals, not parameters: only so can the planner see that the partial index fits.
_is_waiting: ColumnElement[bool] = literal_column("deliveries.status") == literal_column("'waiting'")
_at = bindparam("at", type_=Moment)
_is_free = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= _at)

_STATE = (deliveries.c.id, deliveries.c.status, deliveries.c.tries, deliveries.c.due_at, deliveries.c.ended_at)
_SEALED = (
    endpoints.c.url,
    endpoints.c.secret_sealed,
    endpoints.c.old_secret_sealed,
    endpoints.c.old_secret_until,
)

# An event announced in the same moment as its endpoint was disabled waits for nobody: end that.
_silent = select(endpoints.c.id).where(not_(IS_ENABLED))
_is_in_line = deliveries.c.due_at.is_not(None)  # as all that waits: so that SQLite takes the index of what waits
_stranded = select(deliveries.c.id).where(_is_waiting, _is_in_line, deliveries.c.endpoint_id.in_(_silent), _is_free)
_GIVE_UP_STRANDED = (
    update(deliveries)
    .where(deliveries.c.id.in_(_stranded.with_for_update(skip_locked=True)))
    .values(status=DeliveryStatus.GIVEN_UP.value, due_at=None, lease_until=None, ended_at=_at)
)


@lru_cache(maxsize=128)  # building this statement takes as long as running it
def _claim_of(known: int) -> ReturningUpdate[int]:
    """Claim, where the pace of so many endpoints is known."""
    chosen = (
        select(deliveries.c.id)
        .where(deliveries.c.id.in_(_turns(known)), _is_waiting, _is_free)
        .with_for_update(skip_locked=True)
    )
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(chosen))
        .values(lease_until=bindparam("until", type_=Moment))
        .returning(deliveries.c.id)
    )


def _told_columns(told: Mapping[str, int]) -> dict[str, Any]:
    ids = {f"endpoint_{number}": endpoint_id for number, endpoint_id in enumerate(told)}
    return ids | {f"places_{number}": min(count, MAX_IN_FLIGHT) for number, count in enumerate(told.values())}


def _told(number: int) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    is_it = endpoints.c.id == bindparam(f"endpoint_{number}", type_=Text)
    return is_it, bindparam(f"places_{number}", type_=Integer)


def _turns(known: int) -> Select[Any]:
    """The deliveries whose turn it is: of each endpoint the first few that are due, held ones counted among them.

    The horizon is the due time of the last of those few. Without it, each claim would rank a dead endpoint's whole
    backlog.
    """
    earlier = deliveries.alias("earlier")
    horizon = (
        select(earlier.c.due_at)
        .where(earlier.c.endpoint_id == endpoints.c.id, literal_column("earlier.status = 'waiting'"))
        .where(earlier.c.due_at <= _at)
        .order_by(earlier.c.due_at)
        .offset(MAX_IN_FLIGHT - 1)
        .limit(1)
        .scalar_subquery()
    )
    pace = case(*map(_told, range(known)), else_=INITIAL_IN_FLIGHT) if known else literal(INITIAL_IN_FLIGHT)
    places = case((endpoints.c.failing_since.is_not(None), MIN_IN_FLIGHT), else_=pace)
    in_line = (deliveries.c.due_at, deliveries.c.id)
    is_near = deliveries.c.due_at <= func.coalesce(horizon, _at)
    of_it = and_(deliveries.c.endpoint_id == endpoints.c.id, _is_waiting, is_near)
    ranked = (
        select(
            deliveries.c.id,
            deliveries.c.due_at,
            deliveries.c.lease_until,
            func.row_number().over(partition_by=endpoints.c.id, order_by=in_line).label("place"),
            places.label("places"),
        )
        .select_from(endpoints.outerjoin(deliveries, of_it))  # outer: so the planner begins with the endpoints
        .where(IS_ENABLED, not_(among(endpoints.c.id, "shunned")))
        .subquery()
    )
    is_free = or_(ranked.c.lease_until.is_(None), ranked.c.lease_until <= _at)
    return (
        select(ranked.c.id)
        .where(ranked.c.id.is_not(None), ranked.c.place <= ranked.c.places, is_free)
        .order_by(ranked.c.place, ranked.c.due_at, ranked.c.id)
        .limit(bindparam("most", type_=Integer))
    )


def _outcome(row: Row[Any], attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    """What an attempt makes of its delivery. One that ended meanwhile (by another worker, by hand) stays as it is,
    but a success always counts."""
    tries = row.tries + 1
    outcome = {"status": row.status, "tries": tries, "due_at": None, "ended_at": at, "lease_until": None}
    if attempt.is_success:
        return {**outcome, "status": DeliveryStatus.DELIVERED.value}
    if row.status != DeliveryStatus.WAITING.value:
        return {**outcome, "ended_at": row.ended_at}
    due_at = due_after(row.id, tries, at=at)
    if due_at is None:
        return {**outcome, "status": DeliveryStatus.GIVEN_UP.value}
    return {**outcome, "due_at": due_at, "ended_at": None}


def _attempt_columns(claimed: ClaimedDelivery, attempt: Attempt) -> dict[str, Any]:
    return {
        "delivery_id": claimed.id,
        "at": attempt.at,
        "http_status": attempt.http_status,
        "latency_ms": attempt.latency_ms,
        "problem": attempt.problem,
        "answer": attempt.answer,
    }
