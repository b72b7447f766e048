"""Sketches of the texts of the last days, by which near copies are found again."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, text

from moderation.store.tables import Moment, sketches

SHARED_BANDS = 2
"""So many bands in common make a near copy. One is not enough: of 10,000 unlike comments it joined 3,300, two 400."""

ENOUGH_COPIES = 50
"""Of a text that came so often no further sketch is kept, so a flood costs neither room nor time."""


class SketchRows:
    """The sketches of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def near_copies(self, site_id: str, bands_of: Mapping[str, Sequence[int]]) -> dict[str, int]:
        """How many earlier comments share at least two bands with each of these.

        bands_of: comment id to the band hashes of its text, signed 64-bit; the comments themselves are not counted.
        """
        owners: dict[int, set[str]] = defaultdict(set)
        for comment_id, bands in bands_of.items():
            for band in bands:
                owners[band].add(comment_id)
        for band, owner in self._seen(site_id, sorted(owners)):
            owners[band].add(owner)
        return {comment_id: _copies(comment_id, bands, owners) for comment_id, bands in bands_of.items()}

    def _seen(self, site_id: str, bands: Sequence[int]) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for start in range(0, len(bands), 2_000):
            query = select(sketches.c.band, sketches.c.comment_id).where(
                sketches.c.site_id == site_id, sketches.c.band.in_(bands[start : start + 2_000])
            )
            found.extend((row.band, row.comment_id) for row in self._connection.execute(query))
        return found

    def add(self, site_id: str, bands_of: Mapping[str, Sequence[int]], *, at: datetime) -> None:
        """Remember these sketches; nothing happens to those that are known."""
        dialect = self._connection.dialect.name
        values = [
            {
                "site_id": site_id,
                "comment_id": comment_id,
                "seen_at": at,
                "bands": json.dumps(bands) if dialect == "sqlite" else list(bands),
            }
            for comment_id, bands in bands_of.items()
            if bands
        ]
        if values:
            self._connection.execute(_REMEMBER[dialect], values)

    def forget(self, *, before: datetime) -> int:
        """Drop what is older. Returns how many rows went."""
        return self._connection.execute(delete(sketches).where(sketches.c.seen_at < before)).rowcount

    def count(self) -> int:
        """How many rows there are."""
        return self._connection.scalar(select(func.count()).select_from(sketches)) or 0


def _copies(comment_id: str, bands: Sequence[int], owners: Mapping[int, set[str]]) -> int:
    shared = Counter(owner for band in set(bands) for owner in owners[band] if owner < comment_id)
    return sum(count >= SHARED_BANDS for count in shared.values())


# One statement a comment, not one a band: the database unfolds the list.
_REMEMBER = {
    "sqlite": text(
        "INSERT OR IGNORE INTO sketches (site_id, band, comment_id, seen_at) "
        "SELECT :site_id, value, :comment_id, :seen_at FROM json_each(:bands)"
    ).bindparams(bindparam("seen_at", type_=Moment)),
    "postgresql": text(
        "INSERT INTO sketches (site_id, band, comment_id, seen_at) "
        "SELECT :site_id, unnest(CAST(:bands AS bigint[])), :comment_id, :seen_at ON CONFLICT DO NOTHING"
    ).bindparams(bindparam("seen_at", type_=Moment)),
}
