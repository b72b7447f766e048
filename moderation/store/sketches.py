"""Sketches of the texts of the last days, by which near copies are found again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from moderation.store.tables import sketches

BANDS_PER_SKETCH = 32


class SketchRows:
    """The sketches of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def near_copies(self, site_id: str, bands_of: Mapping[str, Sequence[int]]) -> dict[str, int]:
        """How many earlier comments share at least one band with each of these.

        bands_of: comment id to the band hashes of its text, signed 64-bit; the comments themselves are not counted.
        """
        owners: dict[int, set[str]] = defaultdict(set)
        for comment_id, bands in bands_of.items():
            for band in bands:
                owners[band].add(comment_id)
        seen = self._seen(site_id, sorted(owners))
        copies: dict[str, set[str]] = defaultdict(set)
        for band, owner in seen:
            for comment_id in owners[band]:
                if owner < comment_id:
                    copies[comment_id].add(owner)
        for sharing in owners.values():
            for comment_id in sharing:
                copies[comment_id] |= {other for other in sharing if other < comment_id}
        return {comment_id: len(copies[comment_id]) for comment_id in bands_of}

    def _seen(self, site_id: str, bands: Sequence[int]) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for start in range(0, len(bands), 2_000):
            query = select(sketches.c.band, sketches.c.comment_id).where(
                sketches.c.site_id == site_id, sketches.c.band.in_(bands[start : start + 2_000])
            )
            found.extend((row.band, row.comment_id) for row in self._connection.execute(query.limit(20_000)))
        return found

    def add(self, site_id: str, bands_of: Mapping[str, Sequence[int]], *, at: datetime) -> None:
        """Remember these sketches; nothing happens to those that are known."""
        values = [
            {"site_id": site_id, "band": band, "comment_id": comment_id, "seen_at": at}
            for comment_id, bands in bands_of.items()
            for band in set(bands)
        ]
        if values:
            self._connection.execute(insert(sketches), values)

    def forget(self, *, before: datetime) -> int:
        """Drop what is older. Returns how many rows went."""
        return self._connection.execute(delete(sketches).where(sketches.c.seen_at < before)).rowcount

    def count(self) -> int:
        """How many rows there are."""
        return self._connection.scalar(select(func.count()).select_from(sketches)) or 0
