"""The removal of everything that belongs to a site, from every table."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, select

from moderation.store.tables import audit, comment_words, metadata, sites, sketches

KEPT = frozenset({audit})
"""The audit trail stays, and says that the site was removed. It holds nothing of a person."""


class SiteRemovalRepository:
    """The removal of a site, in one transaction, but for what is derived from its comments."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, site_id: str) -> None:
        """Block new comments until the transaction ends, so that the export misses none."""
        self._connection.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update())

    def remove_derived(self, site_id: str, *, limit: int) -> int:
        """Delete up to `limit` of the site's sketches and as many words of its comments; returns how many.

        Nobody sees them, and there may be many more than comments. When the removal is broken off, words are indexed
        again within the hour, and only copies of older texts are missed.
        """
        return sum(
            self._remove_some(column, site_id, limit) for column in (sketches.c.passage, comment_words.c.number)
        )

    def _remove_some(self, column: Column[Any], site_id: str, limit: int) -> int:
        of_site = column.table.c.site_id == site_id
        some = select(column).where(of_site).limit(limit)
        return self._connection.execute(delete(column.table).where(of_site, column.in_(some))).rowcount

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
