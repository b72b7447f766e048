"""Sketches: the latest text with each passage, by which near copies are found."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, text, true, tuple_

from moderation.near_duplicates import Seen
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import sketches

FINGERPRINT_BYTES = 16

Place = tuple[str, int]
"""The primary key of a row: a site's id and a passage."""

BEGINNING: Place = ("", 0)


class SketchRepository:
    """The sketches table in one transaction. It has a row for each passage, so a flood of copies adds no rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, site_id: str, passages: Iterable[int]) -> dict[int, Seen]:
        """The latest text with each of these passages, if there is one."""
        dialect, wanted = self._connection.dialect.name, sorted(set(passages))
        parameters = {"site_id": site_id, "wanted": json.dumps(wanted) if dialect == "sqlite" else wanted}
        rows = self._connection.execute(_SEEN[dialect], parameters)
        return {
            passage: Seen(int.from_bytes(fingerprint), copies, first_id)
            for passage, fingerprint, copies, first_id in rows
        }

    def keep(self, site_id: str, latest: Mapping[int, Seen], *, at: datetime) -> None:
        """Store the latest text with each of these passages, replacing older ones."""
        rows = [
            {
                "site_id": site_id,
                "passage": passage,
                "fingerprint": seen.fingerprint.to_bytes(FINGERPRINT_BYTES),
                "copies": seen.copies,
                "first_id": seen.first_id,
                "seen_at": at,
            }
            for passage, seen in sorted(latest.items())  # in primary key order, so that no page is written twice
        ]
        insert_many(self._connection, sketches, rows, replace=("site_id", "passage"))

    def forget(self, *, before: datetime, after: Place = BEGINNING, limit: int) -> tuple[int, Place | None]:
        """Delete the older rows among the next `limit` rows after a place in the table.

        Returns how many were deleted, and the place to go on from; None at the end of the table. An index by age
        would be written with each comment, only to be read once an hour.
        """
        place = tuple_(sketches.c.site_id, sketches.c.passage)
        some = select(sketches.c.site_id, sketches.c.passage).where(place > tuple_(*after))
        last = self._connection.execute(
            some.order_by(*some.selected_columns).offset(limit - 1).limit(1)
        ).one_or_none()
        up_to = place <= tuple_(*last) if last else true()
        expired = delete(sketches).where(place > tuple_(*after), up_to, sketches.c.seen_at < before)
        return self._connection.execute(expired).rowcount, (last[0], last[1]) if last else None

    def count(self) -> int:
        """The number of rows."""
        return self._connection.scalar(select(func.count()).select_from(sketches)) or 0


# All passages in one parameter: there may be thousands.
_SEEN = {
    "sqlite": text(
        "SELECT passage, fingerprint, copies, first_id FROM sketches "
        "WHERE site_id = :site_id AND passage IN (SELECT value FROM json_each(:wanted))"
    ),
    "postgresql": text(
        "SELECT passage, fingerprint, copies, first_id FROM sketches "
        "WHERE site_id = :site_id AND passage = ANY(CAST(:wanted AS bigint[]))"
    ),
}
