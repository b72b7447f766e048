"""How far each site has learned: which lessons it replayed, what it shall forget, and which line decides."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select, update

from moderation.score import SHIPPED
from moderation.store.database.upserts import UPSERTS
from moderation.store.tables import site_learning, site_models, sites


class Progress(NamedTuple):
    """How far a site has learned. changes: so many lessons came or went by now; erased: so many were erased.

    line: the one that decides where learning is on, unless a model is pinned.
    """

    changes: int
    erased: int
    forgotten: Mapping[str, Any]
    pinned: str
    line: str = SHIPPED


class LearningProgressRepository:
    """How far sites have learned, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, *, fewest: int, model: str = "") -> list[str]:
        """The sites that have enough new lessons for a replay, or must replay at once, in no order.

        fewest: new lessons at least; or 2 in 100 of all where that is more. model: the shipped model's version; a
        site that learned with another one must replay.
        """
        new = site_learning.c.changes - site_learning.c.replayed
        enough = (new >= fewest) & (new * 50 >= site_learning.c.lessons)
        is_due = or_(enough, site_learning.c.urgent > site_learning.c.replayed)
        if model:
            learned = select(site_models.c.site_id)
            with_it = learned.where(site_models.c.model == model)
            is_due = or_(is_due, site_learning.c.site_id.in_(learned) & site_learning.c.site_id.not_in(with_it))
        query = select(site_learning.c.site_id).where(is_due, learns(site_learning.c.site_id))
        return list(self._connection.scalars(query))

    def progress(self, site_id: str) -> Progress:
        """How far the site has learned. To be read before its lessons."""
        row = self._connection.execute(select(site_learning).where(site_learning.c.site_id == site_id)).one_or_none()
        if row is None:
            return Progress(0, 0, {}, "")
        return Progress(row.changes, row.erased, row.forgotten, row.pinned, row.line)

    def replayed(self, site_id: str, progress: Progress, *, count: int) -> bool:
        """The site's lessons of that progress were replayed. False if somebody else replayed them or later ones."""
        done = update(site_learning).where(
            site_learning.c.site_id == site_id,
            site_learning.c.replayed <= progress.changes,
        )
        values = {"replayed": progress.changes, "lessons": count}
        return bool(self._connection.execute(done.values(**values)).rowcount)

    def change(self, site_id: str, **values: Any) -> None:
        """Change the pin, or the forgotten words, of a site."""
        self.count_changes({site_id: 0})
        self._connection.execute(update(site_learning).where(site_learning.c.site_id == site_id).values(**values))

    def ask_for_replay(self, site_id: str) -> None:
        """Replay the site's lessons at the next occasion."""
        self.count_changes({site_id: 1}, is_urgent=True)

    def count_changes(self, counts: Mapping[str, int], *, is_urgent: bool = False, is_erasure: bool = False) -> None:
        """So many lessons of these sites came or went. is_urgent: replay at once; is_erasure: they were erased."""
        upsert = UPSERTS[self._connection.dialect.name]
        for site_id in sorted(counts):
            number = counts[site_id]
            begin = {"replayed": 0, "lessons": 0, "pinned": "", "forgotten": {}}
            row = upsert(site_learning).values(
                site_id=site_id, changes=number, urgent=number * is_urgent, erased=number * is_erasure, **begin
            )
            more = {"changes": site_learning.c.changes + number}
            more |= {"urgent": site_learning.c.changes + number} if is_urgent else {}
            more |= {"erased": site_learning.c.erased + number} if is_erasure else {}
            self._connection.execute(row.on_conflict_do_update(index_elements=["site_id"], set_=more))


def learns(site_id: Any) -> Any:
    """The condition that a site learns. site_id: a column."""
    return site_id.in_(select(sites.c.id).where(sites.c.learning != "off"))
