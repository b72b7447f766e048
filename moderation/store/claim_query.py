"""The statement that claims deliveries, and the conditions that it shares with the rest of the outbox."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
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
from moderation.store.database.any_of import any_of
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.destinations import IS_ENABLED
from moderation.store.tables import deliveries, destinations

# The status is a literal, not a parameter: only so can the planner see that the partial index fits.
IS_WAITING: ColumnElement[bool] = literal_column("deliveries.status") == literal_column("'waiting'")
AT = bindparam("at", type_=UtcTimestamp)
IS_FREE = or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= AT)
_is_paused = and_(destinations.c.paused_until.is_not(None), destinations.c.paused_until > AT)
IS_OPEN = and_(IS_ENABLED, not_(_is_paused))


def claim_query(limits: Mapping[str, int]) -> tuple[ReturningUpdate[int], dict[str, Any]]:
    """The statement that claims deliveries and returns their ids, with its values except at, until, limit, excluded.

    limits: how many deliveries a destination, by its id, may have under way; the others have their channel's limit.
    """
    return _statement(tuple(CHANNELS), len(limits)), _channel_values() | _limit_values(limits)


@lru_cache(maxsize=128)  # building this statement takes as long as running it
def _statement(channels: tuple[str, ...], known: int) -> ReturningUpdate[int]:
    """The claim for these channels, when the limits of `known` destinations are given."""
    chosen = (
        select(deliveries.c.id)
        .where(deliveries.c.id.in_(_next_in_line(len(channels), known)), IS_WAITING, IS_FREE)
        .with_for_update(skip_locked=True)
    )
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(chosen))
        .values(lease_until=bindparam("until", type_=UtcTimestamp))
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
        .where(earlier.c.due_at <= AT)
        .order_by(earlier.c.due_at)
        .offset(bindparam("longest", type_=Integer))
        .limit(1)
        .scalar_subquery()
    )
    order = (deliveries.c.due_at, deliveries.c.id)
    is_near = deliveries.c.due_at <= func.coalesce(horizon, AT)
    of_it = and_(deliveries.c.destination_id == destinations.c.id, IS_WAITING, is_near)
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
        .where(IS_OPEN, not_(any_of(destinations.c.id, "excluded")))
        .subquery()
    )
    is_free = or_(ranked.c.lease_until.is_(None), ranked.c.lease_until <= AT)
    return (
        select(ranked.c.id)
        .where(ranked.c.id.is_not(None), is_free)
        .where(ranked.c.place <= ranked.c.places, ranked.c.place <= ranked.c.most)
        .order_by(ranked.c.place, ranked.c.due_at, ranked.c.id)
        .limit(bindparam("limit", type_=Integer))
    )
