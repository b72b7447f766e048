"""The statements that claim deliveries of a channel, and the conditions that they share with the rest of the outbox.

There are two, because channels differ: an endpoint may have a long backlog, and there are few of them; mailboxes are
many, and each gets one mail at a time.
"""

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

from moderation.outbox.channels import ChannelSpec
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
_IS_ELIGIBLE = and_(
    destinations.c.channel == bindparam("of_channel", type_=Text),
    IS_OPEN,
    not_(any_of(destinations.c.id, "excluded")),
)
_LIMIT = bindparam("limit", type_=Integer)


def claim_query(spec: ChannelSpec, limits: Mapping[str, int]) -> tuple[ReturningUpdate[int], dict[str, Any]]:
    """The statement that claims deliveries and returns their ids, with its values except at, until, limit, excluded.

    limits: how many deliveries a destination, by its id, may have under way; the others have their channel's limit.
    """
    if spec.max_in_flight == 1:
        return _one_each(), {"of_channel": spec.name}
    values = {"of_channel": spec.name, "initial": spec.initial_in_flight, "most": spec.max_in_flight}
    return _several_each(len(limits)), values | {"longest": spec.max_in_flight - 1} | _limit_values(limits)


@lru_cache(maxsize=1)
def _one_each() -> ReturningUpdate[int]:
    """The claim where a destination has one delivery under way: along the line of all that is due, whoever it is for.

    It reads as many deliveries as it claims, and those in front of them whose destination is paused or has a delivery
    under way. Looking at each of ten thousand mailboxes would take a hundred times as long.
    """
    own = deliveries.alias("own")
    next_of_destination = (
        select(own.c.id)
        .where(own.c.destination_id == deliveries.c.destination_id, literal_column("own.status = 'waiting'"))
        .order_by(own.c.due_at, own.c.id)
        .limit(1)
        .scalar_subquery()  # PostgreSQL would compute a NOT EXISTS for all that is due before it takes the first few
    )
    first = (
        select(deliveries.c.id)
        .join(destinations, destinations.c.id == deliveries.c.destination_id)
        .where(deliveries.c.channel == bindparam("of_channel", type_=Text), IS_WAITING, deliveries.c.due_at <= AT)
        .where(IS_FREE, _IS_ELIGIBLE, deliveries.c.id == next_of_destination)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(_LIMIT)
    )
    return _claim(first)


@lru_cache(maxsize=128)  # building this statement takes as long as running it
def _several_each(known: int) -> ReturningUpdate[int]:
    """The claim where a destination may have several under way, when the limits of `known` destinations are given."""
    return _claim(_next_in_line(known))


def _claim(chosen: Select[Any]) -> ReturningUpdate[int]:
    ids = (
        select(deliveries.c.id)
        .where(deliveries.c.id.in_(chosen), IS_WAITING, IS_FREE)
        .with_for_update(skip_locked=True)
    )
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(lease_until=bindparam("until", type_=UtcTimestamp))
        .returning(deliveries.c.id)
    )


def _limit_values(limits: Mapping[str, int]) -> dict[str, Any]:
    ids = {f"destination_{number}": destination_id for number, destination_id in enumerate(limits)}
    return ids | {f"limit_{number}": limit for number, limit in enumerate(limits.values())}


def _places(known: int) -> ColumnElement[int]:
    """How many deliveries a destination may have under way."""
    whens = [
        (destinations.c.id == bindparam(f"destination_{n}", type_=Text), bindparam(f"limit_{n}", type_=Integer))
        for n in range(known)
    ]
    initial = bindparam("initial", type_=Integer)
    limit = case(*whens, else_=initial) if known else initial
    return case((destinations.c.failing_since.is_not(None), literal(1)), else_=limit)


def _next_in_line(known: int) -> Select[Any]:
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
            _places(known).label("places"),
        )
        .select_from(destinations.outerjoin(deliveries, of_it))  # outer: the planner begins with the destinations
        .where(_IS_ELIGIBLE)
        .subquery()
    )
    is_free = or_(ranked.c.lease_until.is_(None), ranked.c.lease_until <= AT)
    return (
        select(ranked.c.id)
        .where(ranked.c.id.is_not(None), is_free)
        .where(ranked.c.place <= ranked.c.places, ranked.c.place <= bindparam("most", type_=Integer))
        .order_by(ranked.c.place, ranked.c.due_at, ranked.c.id)
        .limit(_LIMIT)
    )
