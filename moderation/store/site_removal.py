"""Everything that belongs to a site: its comments for an export, and its removal from every table."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from moderation.comment import Email
from moderation.export import ExportedComment
from moderation.store.row_mapping import comment_from, select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import audit, comments, metadata, sites

KEPT = frozenset({audit})
"""The audit trail stays, and says that the site was removed. It holds nothing of a person."""


class SiteRemovalRepository:
    """The removal of a site, in one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def lock(self, site_id: str) -> None:
        """Block new comments until the transaction ends, so that the export misses none."""
        self._connection.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update())

    def exported_comments(self, site_id: str) -> Iterator[ExportedComment]:
        """All comments of the site that are not erased, oldest first, with their e-mail addresses."""
        query = select_comments().add_columns(comments.c.email_sealed).where(comments.c.site_id == site_id)
        with self._connection.execute(query.order_by(comments.c.id).execution_options(yield_per=1000)) as rows:
            for row in rows:
                email = (
                    Email(self._sealer.open(row.email_sealed, about=row.id).decode()) if row.email_sealed else None
                )
                yield ExportedComment(comment_from(row), email)

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
