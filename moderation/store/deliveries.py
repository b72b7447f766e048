"""Deliveries: events on their way to endpoints, claimed in turns, with every attempt on record."""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from moderation.delivery import (
    Attempt,
    Claimed,
    Delivery,
    DeliveryPage,
    DeliverySearch,
    DeliveryStatus,
    due_after,
    standing_after,
)
from moderation.errors import Invalid, NotFound
from moderation.ids import new_id
from moderation.store.endpoints import give_up_waiting
from moderation.store.sealing import Sealer
from moderation.store.tables import Moment, attempts, deliveries, endpoints
from moderation.webhooks import Event, EventType, payload_of

FEWEST, FIRST, MOST = 1, 4, 24
"""How many deliveries one endpoint may have under way: while it fails, while nothing is known, and at most."""

LAST_ID = 2**63 - 1

Result = tuple[Claimed, Attempt]


class DeliveryRows:
    """The deliveries of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def announce(self, events: Sequence[Event]) -> None:
        """Each event goes to every enabled endpoint of its site that wants its type; one statement for all."""
        if events:
            self._connection.execute(_ANNOUNCE, [_event_columns(event) for event in events])

    def announce_test(self, site_id: str, endpoint_id: str, *, at: datetime) -> str:
        """Send one `endpoint.test` to this endpoint only; give its event id. Raises NotFound, Invalid if disabled."""
        self._require_enabled(site_id, endpoint_id)
        payload = payload_of(EventType.TEST, {"site": site_id, "endpoint": endpoint_id}, at=at)
        event = Event(new_id("evt", at=at), site_id, EventType.TEST, "", at, payload)
        waiting = {"site_id": site_id, "endpoint_id": endpoint_id, "event_id": event.id, "type": event.type.value}
        self._connection.execute(
            insert(deliveries),
            {**waiting, "comment_id": "", "payload": payload, "created_at": at, "due_at": at}
            | {"status": DeliveryStatus.WAITING.value, "tries": 0},
        )
        return event.id

    def claim(
        self, *, limit: int, at: datetime, lease: timedelta, at_once: Mapping[str, int] | None = None
    ) -> list[Claimed]:
        """Take up to `limit` due deliveries for the time of the lease, the first of each endpoint before the second.

        at_once: how many an endpoint, by its id, may have under way, over all workers; FIRST where it is not said,
        never more than MOST, and a single one while it fails. What others hold is passed over.
        """
        self._give_up_stranded(at)
        chosen = (
            select(deliveries.c.id)
            .where(deliveries.c.id.in_(_turns(at_once or {}, limit=limit, at=at)), _is_waiting, _is_free(at))
            .with_for_update(skip_locked=True)
        )
        claimed = self._connection.scalars(
            update(deliveries)
            .where(deliveries.c.id.in_(chosen))
            .values(lease_until=at + lease)
            .returning(deliveries.c.id)
        ).all()
        return self._opened(claimed, at=at) if claimed else []

    def record(self, results: Sequence[Result], *, at: datetime) -> None:
        """Write attempts, and what follows from them: delivered, due again, given up, the endpoint disabled."""
        standing = self._lock_endpoints({claimed.endpoint_id for claimed, _ in results})
        found = self._lock_deliveries([claimed.id for claimed, _ in results])
        results = [result for result in results if result[0].id in found]
        if not results:
            return
        self._connection.execute(insert(attempts), [_attempt_columns(*result) for result in results])
        self._connection.execute(
            _RECORD, [_outcome(found[claimed.id], attempt, at=at) for claimed, attempt in results]
        )
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
            .where(_is_waiting, _is_enabled, deliveries.c.due_at <= at, _is_free(at))
        )
        return self._connection.scalar(query) or 0

    def any_due(self, *, at: datetime) -> bool:
        """Whether there is anything to claim: the cheap look before a claim."""
        is_due = and_(deliveries.c.endpoint_id == endpoints.c.id, _is_waiting, deliveries.c.due_at <= at)
        query = select(endpoints.c.id).where(_is_enabled, exists().where(is_due, _is_free(at))).limit(1)
        return self._connection.scalar(query) is not None

    def get(self, site_id: str, delivery_id: int) -> Delivery:
        """One delivery with its attempts. Raises NotFound, also for another site's."""
        query = select(*_SHOWN).where(deliveries.c.site_id == site_id, deliveries.c.id.in_(_possible([delivery_id])))
        found = self._with_attempts(self._connection.execute(query).all())
        if not found:
            raise NotFound("delivery", str(delivery_id))
        return found[0]

    def page(self, search: DeliverySearch) -> DeliveryPage:
        """One page, newest first, with attempts. Raises Invalid for a cursor that is not ours."""
        query = select(*_SHOWN).where(*_filters(search)).order_by(deliveries.c.id.desc()).limit(search.limit + 1)
        rows = self._connection.execute(query).all()
        shown = rows[: search.limit]
        next_cursor = _cursor_of(shown[-1].id) if len(rows) > search.limit else ""
        return DeliveryPage(tuple(self._with_attempts(shown)), next_cursor)

    def replay(self, site_id: str, delivery_ids: Sequence[int], *, at: datetime) -> list[int]:
        """Send these again, with the same event id and a new round of attempts; give the ids that will be sent.

        Left out are those of other sites, and those whose endpoint is disabled or removed.
        """
        enabled = select(endpoints.c.id).where(_is_enabled)
        query = (
            update(deliveries)
            .where(deliveries.c.site_id == site_id, deliveries.c.id.in_(_possible(delivery_ids)))
            .where(deliveries.c.endpoint_id.in_(enabled))
            .values(status=DeliveryStatus.WAITING.value, tries=0, due_at=at, lease_until=None, ended_at=None)
            .returning(deliveries.c.id)
        )
        return sorted(self._connection.scalars(query))

    def _require_enabled(self, site_id: str, endpoint_id: str) -> None:
        is_it = and_(endpoints.c.site_id == site_id, endpoints.c.id == endpoint_id, endpoints.c.removed_at.is_(None))
        row = self._connection.execute(select(endpoints.c.disabled_at).where(is_it)).one_or_none()
        if row is None:
            raise NotFound("endpoint", endpoint_id)
        if row.disabled_at is not None:
            raise Invalid("endpoint", "it is disabled; enable it first.")

    def _give_up_stranded(self, at: datetime) -> None:
        """An event announced in the same moment as its endpoint was disabled waits for nobody: end that."""
        silent = select(endpoints.c.id).where(
            or_(endpoints.c.disabled_at.is_not(None), endpoints.c.removed_at.is_not(None))
        )
        stranded = select(deliveries.c.id).where(_is_waiting, deliveries.c.endpoint_id.in_(silent), _is_free(at))
        self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(stranded.with_for_update(skip_locked=True)))
            .values(status=DeliveryStatus.GIVEN_UP.value, due_at=None, lease_until=None, ended_at=at)
        )

    def _opened(self, delivery_ids: Sequence[int], *, at: datetime) -> list[Claimed]:
        joined = deliveries.join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
        query: Select[Any] = (
            select(deliveries.c.id, deliveries.c.event_id, deliveries.c.payload, deliveries.c.endpoint_id, *_SEALED)
            .select_from(joined)
            .where(deliveries.c.id.in_(delivery_ids))
            .order_by(deliveries.c.due_at, deliveries.c.id)
        )
        return [self._claimed_from(row, at=at) for row in self._connection.execute(query)]

    def _claimed_from(self, row: Row[Any], *, at: datetime) -> Claimed:
        sealed = [row.secret_sealed]
        if row.old_secret_sealed is not None and row.old_secret_until > at:
            sealed.append(row.old_secret_sealed)
        secrets = tuple(self._sealer.open(each, about=row.endpoint_id).decode() for each in sealed)
        return Claimed(row.id, row.endpoint_id, row.event_id, row.url, row.payload, secrets)

    def _lock_endpoints(self, endpoint_ids: Iterable[str]) -> dict[str, datetime | None]:
        """Since when each fails; disabled ones are left out. Locked in one order, and before any delivery."""
        query = (
            select(endpoints.c.id, endpoints.c.failing_since, endpoints.c.disabled_at)
            .where(endpoints.c.id.in_(sorted(endpoint_ids)))
            .order_by(endpoints.c.id)
            .with_for_update()
        )
        return {row.id: row.failing_since for row in self._connection.execute(query) if row.disabled_at is None}

    def _lock_deliveries(self, delivery_ids: Sequence[int]) -> dict[int, Row[Any]]:
        query: Select[Any] = select(*_STATE).where(deliveries.c.id.in_(delivery_ids)).order_by(deliveries.c.id)
        return {row.id: row for row in self._connection.execute(query.with_for_update())}

    def _note(self, endpoint_id: str, tried: list[Attempt], failing_since: datetime | None, *, at: datetime) -> None:
        standing = standing_after(tried, failing_since)
        values: dict[str, Any] = {"failing_since": standing.failing_since}
        if standing.disabled_reason:
            values |= {"disabled_at": at, "disabled_reason": standing.disabled_reason}
            give_up_waiting(self._connection, endpoint_id, at=at)
        if standing.disabled_reason or standing.failing_since != failing_since:
            self._connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(**values))

    def _with_attempts(self, rows: Sequence[Row[Any]]) -> list[Delivery]:
        query = select(attempts).where(attempts.c.delivery_id.in_([row.id for row in rows])).order_by(attempts.c.id)
        made = defaultdict(list)
        for row in self._connection.execute(query) if rows else ():
            made[row.delivery_id].append(Attempt(row.at, row.http_status, row.latency_ms, row.problem, row.answer))
        return [replace(_delivery_from(row), attempts=tuple(made[row.id])) for row in rows]


# The words are literals, not parameters: only so can the planner see that the partial index fits.
_is_waiting: ColumnElement[bool] = literal_column("deliveries.status") == literal_column("'waiting'")
_is_enabled = and_(endpoints.c.disabled_at.is_(None), endpoints.c.removed_at.is_(None))
_wants = cast(endpoints.c.events, Text).contains(literal('"') + bindparam("event_type") + literal('"'))

_ANNOUNCE = insert(deliveries).from_select(
    [
        "site_id",
        "endpoint_id",
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
        endpoints.c.site_id,
        endpoints.c.id,
        bindparam("event_id", type_=Text),
        bindparam("event_type", type_=Text),
        bindparam("comment_id", type_=Text),
        bindparam("payload", type_=Text),
        bindparam("happened_at", type_=Moment),
        bindparam("happened_at", type_=Moment),
        literal_column("'waiting'"),
        literal_column("0"),
    ).where(endpoints.c.site_id == bindparam("of_site"), _is_enabled, _wants),
)

_STATE = (deliveries.c.id, deliveries.c.status, deliveries.c.tries, deliveries.c.due_at, deliveries.c.ended_at)
_SHOWN = tuple(column for column in deliveries.c if column.name not in {"payload", "lease_until"})
_SEALED = (
    endpoints.c.url,
    endpoints.c.secret_sealed,
    endpoints.c.old_secret_sealed,
    endpoints.c.old_secret_until,
)

_RECORD = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of"))
    .values(
        status=bindparam("to_status"),
        tries=bindparam("to_tries"),
        due_at=bindparam("to_due_at"),
        ended_at=bindparam("to_ended_at"),
        lease_until=None,
    )
)


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= at)


def _turns(at_once: Mapping[str, int], *, limit: int, at: datetime) -> Select[Any]:
    """The deliveries whose turn it is: of each endpoint the first few that are due, held ones counted among them.

    The horizon is the due time of the last of those few. Without it, each claim would rank a dead endpoint's whole
    backlog.
    """
    earlier = deliveries.alias("earlier")
    horizon = (
        select(earlier.c.due_at)
        .where(earlier.c.endpoint_id == endpoints.c.id, literal_column("earlier.status = 'waiting'"))
        .where(earlier.c.due_at <= at)
        .order_by(earlier.c.due_at)
        .offset(MOST - 1)
        .limit(1)
        .scalar_subquery()
    )
    told = {endpoint_id: min(count, MOST) for endpoint_id, count in at_once.items()}
    known = case(told, value=endpoints.c.id, else_=FIRST) if told else literal(FIRST)
    places = case((endpoints.c.failing_since.is_not(None), FEWEST), else_=known)
    in_line = (deliveries.c.due_at, deliveries.c.id)
    is_near = deliveries.c.due_at <= func.coalesce(horizon, literal(at, Moment))
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
        .where(_is_enabled)
        .subquery()
    )
    is_free = or_(ranked.c.lease_until.is_(None), ranked.c.lease_until <= at)
    return (
        select(ranked.c.id)
        .where(ranked.c.id.is_not(None), ranked.c.place <= ranked.c.places, is_free)
        .order_by(ranked.c.place, ranked.c.due_at, ranked.c.id)
        .limit(limit)
    )


def _outcome(row: Row[Any], attempt: Attempt, *, at: datetime) -> dict[str, Any]:
    """What an attempt makes of its delivery. One that ended meanwhile (by another worker, by hand) stays as it is,
    but a success always counts."""
    tries = row.tries + 1
    outcome = {"of": row.id, "to_tries": tries, "to_due_at": None, "to_ended_at": at}
    if attempt.is_success:
        return {**outcome, "to_status": DeliveryStatus.DELIVERED.value}
    if row.status != DeliveryStatus.WAITING.value:
        return {**outcome, "to_status": row.status, "to_ended_at": row.ended_at}
    due_at = due_after(row.id, tries, at=at)
    if due_at is None:
        return {**outcome, "to_status": DeliveryStatus.GIVEN_UP.value}
    return {**outcome, "to_status": row.status, "to_due_at": due_at, "to_ended_at": None}


def _event_columns(event: Event) -> dict[str, Any]:
    return {
        "of_site": event.site_id,
        "event_id": event.id,
        "event_type": event.type.value,
        "comment_id": event.comment_id,
        "payload": event.payload,
        "happened_at": event.at,
    }


def _attempt_columns(claimed: Claimed, attempt: Attempt) -> dict[str, Any]:
    return {
        "delivery_id": claimed.id,
        "at": attempt.at,
        "http_status": attempt.http_status,
        "latency_ms": attempt.latency_ms,
        "problem": attempt.problem,
        "answer": attempt.answer,
    }


def _filters(search: DeliverySearch) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = [deliveries.c.site_id == search.site_id]
    if search.endpoint_id:
        filters.append(deliveries.c.endpoint_id == search.endpoint_id)
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
        raise Invalid("cursor", "this is not a cursor of ours; leave it out to begin at the first page.") from problem
    return delivery_id


def _possible(delivery_ids: Iterable[int]) -> list[int]:
    """Those that a database can hold; it would fail on any other."""
    return [each for each in delivery_ids if 0 < each <= LAST_ID]


def _delivery_from(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        site_id=row.site_id,
        endpoint_id=row.endpoint_id,
        event_id=row.event_id,
        type=EventType(row.type),
        comment_id=row.comment_id,
        created_at=row.created_at,
        status=DeliveryStatus(row.status),
        tries=row.tries,
        due_at=row.due_at,
        ended_at=row.ended_at,
    )
