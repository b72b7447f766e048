"""The removal of everything that belongs to a site, from every table."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
    update,
)

from moderation.store.tables import audit, comments, metadata, sites, tallies, threads

KEPT = frozenset({audit})
"""The audit trail stays, and says that the site was removed. It holds nothing of a person."""


class SiteRemovalRepository:
    """The removal of a site: its many rows some at a time, and the rest in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, site_id: str) -> None:
        """Block new comments until the transaction ends, so that the export misses none."""
        self._connection.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update())

    def remove_some(self, site_id: str, *, up_to: str, limit: int) -> int:
        """Delete up to `limit` rows of one table; returns how many, 0 when what came up to then is gone.

        up_to: the id of the last comment that was exported, "" for none. Later ones stay, with what is about them.
        """
        for table in _MANY:
            if count := self._remove_some(table, site_id, up_to, limit):
                return count
        return 0

    def _remove_some(self, table: Table, site_id: str, up_to: str, limit: int) -> int:
        condition = belongs_to(table, site_id)
        assert condition is not None
        key = tuple(table.primary_key.columns)
        some = select(*key).where(condition, _is_before(table, up_to)).limit(limit)
        chosen = self._connection.execute(some).all()
        if not chosen:
            return 0
        is_chosen = key[0].in_([row[0] for row in chosen]) if len(key) == 1 else tuple_(*key).in_(map(tuple, chosen))
        count = self._connection.execute(delete(table).where(is_chosen)).rowcount
        if table is comments:
            self._discount(site_id, count)
        return count

    def _discount(self, site_id: str, count: int) -> None:
        """Keep the tally of accepted comments in step with those that there are."""
        shard = select(func.min(tallies.c.shard)).where(tallies.c.site_id == site_id).scalar_subquery()
        less = update(tallies).where(tallies.c.site_id == site_id, tallies.c.shard == shard)
        self._connection.execute(less.values(accepted=tallies.c.accepted - count))

    def remove(self, site_id: str) -> None:
        """Delete every row that belongs to the site, except those of KEPT tables."""
        for table in reversed(metadata.sorted_tables):
            condition = belongs_to(table, site_id)
            if condition is not None and table not in KEPT:
                self._connection.execute(delete(table).where(condition))


def belongs_to(table: Table, site_id: str) -> ColumnElement[bool] | None:
    """Which rows of a table belong to the site: by its id, or by the row that they refer to. None for a table without
    such rows."""
    if table is sites:
        return sites.c.id == site_id
    if "site_id" in table.c:
        return table.c.site_id == site_id
    for key in table.foreign_keys:
        parent = key.column.table
        condition = belongs_to(parent, site_id)
        if condition is not None:
            return key.parent.in_(select(key.column).where(condition))
    return None


FEW = frozenset(
    {
        "automations",
        "destinations",
        "endpoints",
        "keys",
        "mailboxes",
        "memberships",
        "open_link_sites",
        "proofs",
        "reader_mailboxes",
        "reply_places",
        "retentions",
        "sites",
        "tallies",
    }
)
"""Tables with a few rows for each site, or to which others refer; they are deleted together with it."""


def _many() -> Sequence[Table]:
    """The other tables of a site, those first that refer to others."""
    tables = [table for table in reversed(metadata.sorted_tables) if belongs_to(table, "") is not None]
    return [table for table in tables if table not in KEPT and table.name not in FEW]


def _is_before(table: Table, up_to: str) -> ColumnElement[bool]:
    """Which rows are about nothing that came later."""
    if table is threads:
        return not_(exists().where(comments.c.thread_id == threads.c.id))
    about = _comment_of(table)
    if about is None and "thread_id" in table.c:
        return not_(exists().where(comments.c.thread_id == table.c.thread_id))
    return true() if about is None else or_(about.is_(None), about <= up_to)


def _comment_of(table: Table) -> Column[Any] | None:
    if table is comments:
        return comments.c.id
    return table.c.comment_id if "comment_id" in table.c else None


_MANY = _many()
