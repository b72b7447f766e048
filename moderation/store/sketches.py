"""What was lately seen with each passage of a text, by which near copies are found again."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, text

from moderation.near_duplicates import Seen
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import sketches

FINGERPRINT_BYTES = 16


class SketchRepository:
    """The sketches of one transaction. A row belongs to a passage, not to a comment: a flood of copies adds none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, site_id: str, passages: Iterable[int]) -> dict[int, Seen]:
        """The latest text with each of these passages, where there was one."""
        dialect, wanted = self._connection.dialect.name, sorted(set(passages))
        told = {"site_id": site_id, "wanted": json.dumps(wanted) if dialect == "sqlite" else wanted}
        rows = self._connection.execute(_SEEN[dialect], told)
        return {passage: Seen(int.from_bytes(fingerprint), copies) for passage, fingerprint, copies in rows}

    def keep(self, site_id: str, latest: Mapping[int, Seen], *, at: datetime) -> None:
        """Remember the latest text with each of these passages, in the place of what was there."""
        rows = [
            {
                "site_id": site_id,
                "passage": passage,
                "fingerprint": seen.fingerprint.to_bytes(FINGERPRINT_BYTES),
                "copies": seen.copies,
                "seen_at": at,
            }
            for passage, seen in sorted(latest.items())  # in the order of the table: no page is written twice
        ]
        insert_many(self._connection, sketches, rows, replace=("site_id", "passage"))

    def forget(self, *, before: datetime) -> int:
        """Drop what is older. Returns how many rows went."""
        return self._connection.execute(delete(sketches).where(sketches.c.seen_at < before)).rowcount

    def count(self) -> int:
        """How many rows there are."""
        return self._connection.scalar(select(func.count()).select_from(sketches)) or 0


# One parameter for all passages: thousands of them would each have to be named.
_SEEN = {
    "sqlite": text(
        "SELECT passage, fingerprint, copies FROM sketches "
        "WHERE site_id = :site_id AND passage IN (SELECT value FROM json_each(:wanted))"
    ),
    "postgresql": text(
        "SELECT passage, fingerprint, copies FROM sketches "
        "WHERE site_id = :site_id AND passage = ANY(CAST(:wanted AS bigint[]))"
    ),
}
