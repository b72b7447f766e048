"""Saved views in the store."""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select

from moderation.saved_view import SavedView
from moderation.store.tables import saved_views


class SavedViewRepository:
    """The saved views of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, view: SavedView) -> None:
        """Store a view."""
        values = {
            "id": view.id,
            "moderator_id": view.moderator_id,
            "name": view.name,
            "query": view.query,
            "is_shared": view.is_shared,
            "created_at": view.created_at,
        }
        self._connection.execute(insert(saved_views), values)

    def seen_by(self, moderator_id: str) -> list[SavedView]:
        """A moderator's own views and those that are shared, by name."""
        seen = or_(saved_views.c.moderator_id == moderator_id, saved_views.c.is_shared)
        rows = self._connection.execute(
            select(saved_views).where(seen).order_by(saved_views.c.name, saved_views.c.id)
        )
        return [_view_from(row) for row in rows]

    def count_of(self, moderator_id: str) -> int:
        """How many views a moderator has."""
        own = select(func.count()).select_from(saved_views).where(saved_views.c.moderator_id == moderator_id)
        return self._connection.scalar(own) or 0

    def remove(self, view_id: str, moderator_id: str) -> None:
        """Remove a view of this moderator; one that is not theirs stays."""
        own = (saved_views.c.id == view_id, saved_views.c.moderator_id == moderator_id)
        self._connection.execute(delete(saved_views).where(*own))


def _view_from(row: Row[Any]) -> SavedView:
    return SavedView(row.id, row.moderator_id, row.name, row.query, row.is_shared, row.created_at)
