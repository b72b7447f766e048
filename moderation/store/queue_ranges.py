"""How the queue reads an index: in ranges that each have one site, thread or author, and one status.

A range is in the order of arrival already. So the first rows of many ranges are merged without sorting what else is
in them, and a page costs the same however many comments wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, TextClause, func, literal, select, tuple_, union_all
from sqlalchemy.sql import ColumnElement

from moderation.comment import Status
from moderation.queue import Count, Order
from moderation.store.database.any_of import any_of
from moderation.store.tables import DECIDED, LIVE, QUEUE_PLACE, WAITING, comments

RANGES_AT_ONCE = 100
"""How many ranges one statement reads; SQLite takes at most 500."""

PLACES: dict[Order, tuple[ColumnElement[Any], bool]] = {
    Order.PRIORITY: (QUEUE_PLACE, False),
    Order.PRIORITY_BACK: (QUEUE_PLACE, True),
    Order.OLDEST: (comments.c.received_at, False),
    Order.NEWEST: (comments.c.received_at, True),
    Order.SPAM: (func.coalesce(comments.c.spam, -1.0), True),
    Order.ABUSE: (func.coalesce(comments.c.abuse, -1.0), True),
    Order.DECIDED: (func.coalesce(comments.c.decided_at, comments.c.received_at), True),
}
"""What each order sorts by, and whether it descends."""

_OF_DECIDED: dict[Order, ColumnElement[Any]] = {Order.DECIDED: comments.c.decided_at}
"""The same where a comment is decided, as the index over decisions has it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Comments that lie in ranges of an index: those whose `column` is one of the values and that meet `fixed`."""

    column: Column[Any]
    values: tuple[str, ...]
    fixed: tuple[ColumnElement[bool] | TextClause, ...] = ()

    @property
    def conditions(self) -> tuple[Any, ...]:
        """The same as conditions on any comment."""
        return (any_of(self.column, self.values), *self.fixed)


def first_keys(
    connection: Connection,
    scope: Scope,
    statuses: Sequence[Status],
    order: Order,
    *,
    after: tuple[Any, str] | None,
    limit: int,
) -> list[Row[Any]]:
    """The `id` and `place` of the first comments of the scope in this order, after a place and an id."""
    _, descends = PLACES[order]
    ranges = (
        keys.where(scope.column == value)
        for value in scope.values
        for keys in (_keys_in(status, order, after=after, limit=limit).where(*scope.fixed) for status in statuses)
    )
    if len(scope.values) * len(statuses) == 1:
        return list(connection.execute(next(ranges)).all())
    found: list[Row[Any]] = []
    while some := list(islice(ranges, RANGES_AT_ONCE)):
        merged = union_all(*(select(each.subquery()) for each in some)).subquery()
        first = (merged.c.place.desc(), merged.c.id.desc()) if descends else (merged.c.place, merged.c.id)
        found += connection.execute(select(merged).order_by(*first).limit(limit)).all()
    return sorted(found, key=lambda row: (row.place, row.id), reverse=descends)[:limit]


def first_keys_among(
    connection: Connection,
    ids: Sequence[str],
    conditions: Sequence[ColumnElement[bool]],
    order: Order,
    *,
    after: tuple[Any, str] | None,
    limit: int,
) -> list[Row[Any]]:
    """As `first_keys`, of those comments with these ids that meet the conditions."""
    keys = _keys(order, after=after, limit=limit).where(any_of(comments.c.id, ids), *conditions)
    return list(connection.execute(keys).all())


def counts_in(connection: Connection, scope: Scope, *, most: int) -> dict[str, Count]:
    """How many comments of the scope have each status, counted up to `most`."""
    is_there = (LIVE, *scope.fixed, any_of(scope.column, scope.values))
    some = (select(comments.c.id).where(*is_there, comments.c.status == status.value) for status in Status)
    counted = (select(func.count()).select_from(each.limit(most + 1).subquery()).scalar_subquery() for each in some)
    found = connection.execute(select(*counted)).one()
    return {status.value: Count(min(n, most), is_more=n > most) for status, n in zip(Status, found, strict=True)}


def _keys_in(status: Status, order: Order, *, after: tuple[Any, str] | None, limit: int) -> Select[Any]:
    """As `_keys`, of one status; with the condition of the index to read, where that is over some statuses only."""
    is_so = comments.c.status == status.value
    if order in (Order.PRIORITY, Order.PRIORITY_BACK) and status is Status.PENDING:
        return _keys(order, after=after, limit=limit).where(is_so, WAITING)
    if order in _OF_DECIDED and status is not Status.PENDING:
        return _keys(order, after=after, limit=limit, place=_OF_DECIDED[order]).where(is_so, DECIDED)
    return _keys(order, after=after, limit=limit).where(is_so)


def _keys(
    order: Order, *, after: tuple[Any, str] | None, limit: int, place: ColumnElement[Any] | None = None
) -> Select[Any]:
    """The first comments in this order after a place and an id, whatever their scope."""
    usual, descends = PLACES[order]
    place = usual if place is None else place
    keys = select(comments.c.id, place.label("place")).where(LIVE).limit(limit)
    keys = keys.order_by(*((place.desc(), comments.c.id.desc()) if descends else (place, comments.c.id)))
    if after:
        bound = literal(after[0], place.type)
        here, there = tuple_(place, comments.c.id), tuple_(bound, after[1])
        # SQLite looks up no pair of which one is an expression, so the first is compared alone as well
        keys = keys.where(*((place <= bound, here < there) if descends else (place >= bound, here > there)))
    return keys
