"""The models of sites: what a replay of a site's lessons gave, and which of them is served."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select

from moderation.lessons import FEWEST_LESSONS, OFF, ON
from moderation.score import SITE
from moderation.store.database.any_of import any_of
from moderation.store.tables import site_learning, site_models, sites

KEPT = 20
"""So many models of a site are kept."""


@dataclass(frozen=True, slots=True)
class SiteModelRecord:
    """One model of a site.

    made_at: when its lessons were read. lessons: how many; last_lesson: the id of the last. model: the shipped model
    whose log-odds it builds on. passed: whether it may serve; checks: what was checked, with figures.
    summary: for the page *Learning*, JSON values.
    """

    id: str
    site_id: str
    made_at: datetime
    lessons: int
    last_lesson: str
    model: str
    passed: bool
    checks: Mapping[str, Any]
    summary: Mapping[str, Any]


class Serving(NamedTuple):
    """A model that serves. is_in_force: whether the site's own line decides."""

    id: str
    is_in_force: bool


class SiteModelRepository:
    """The models of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: SiteModelRecord, weights: bytes) -> None:
        """Store a model, and delete the oldest of the site if there are too many."""
        values = {name: getattr(record, name) for name in SiteModelRecord.__slots__}
        self._connection.execute(insert(site_models), values | {"passed": int(record.passed), "weights": weights})
        newest = select(site_models.c.id).where(site_models.c.site_id == record.site_id)
        pinned = select(site_learning.c.pinned).where(site_learning.c.site_id == record.site_id)
        kept = newest.order_by(site_models.c.made_at.desc(), site_models.c.id.desc()).limit(KEPT)
        others = delete(site_models).where(
            site_models.c.site_id == record.site_id,
            site_models.c.id.not_in(kept),
            site_models.c.id.not_in(pinned),
        )
        self._connection.execute(others)

    def remove_others(self, site_id: str, kept_id: str) -> None:
        """Delete all other models of a site: a comment that taught them was erased."""
        others = (site_models.c.site_id == site_id, site_models.c.id != kept_id)
        self._connection.execute(delete(site_models).where(*others))

    def all(self, site_id: str) -> list[SiteModelRecord]:
        """The models of a site, the newest first."""
        newest = select(*_RECORD).where(site_models.c.site_id == site_id)
        rows = self._connection.execute(newest.order_by(site_models.c.made_at.desc(), site_models.c.id.desc()))
        return [_record_from(row) for row in rows]

    def weights(self, model_id: str) -> bytes:
        """The weights of a model; b"" when there is no such model."""
        return self._connection.scalar(select(site_models.c.weights).where(site_models.c.id == model_id)) or b""

    def serving_id(self, site_id: str, *, model: str) -> str:
        """The id of the site's model that gives its own line; "" for none. model: the shipped one's version.

        That is the one which the site is pinned to, else the newest that passed its checks.
        """
        serving = self.serving_ids([site_id], model=model).get(site_id)
        return serving.id if serving else ""

    def serving_ids(self, site_ids: Collection[str], *, model: str) -> dict[str, Serving]:
        """The models of those of the sites that have a line of their own, by site.

        Where learning is on, that line is in force while it is the champion, or an owner chose one of its models.
        """
        rows = self._connection.execute(_CANDIDATES, {"ids": sorted(site_ids), "of_model": model})
        found: dict[str, Serving] = {}
        for site_id, id, learning, pinned, line in rows:  # the oldest first
            if not pinned or pinned == id:
                found[site_id] = Serving(id, learning == ON and (line == SITE or pinned == id))
        return found


_RECORD = tuple(site_models.c[name] for name in SiteModelRecord.__slots__)
_pinned = func.coalesce(site_learning.c.pinned, "")
_CANDIDATES = (
    select(site_models.c.site_id, site_models.c.id, sites.c.learning, _pinned, site_learning.c.line)
    .select_from(
        site_models.join(sites, sites.c.id == site_models.c.site_id).outerjoin(
            site_learning, site_learning.c.site_id == site_models.c.site_id
        )
    )
    .where(any_of(site_models.c.site_id, "ids"), sites.c.learning != OFF)
    .where(site_models.c.lessons >= FEWEST_LESSONS, site_models.c.model == bindparam("of_model"))
    .where((site_models.c.passed == 1) | (site_models.c.id == _pinned))
    .order_by(site_models.c.made_at, site_models.c.id)
)


def _record_from(row: Row[Any]) -> SiteModelRecord:
    values = dict(zip(SiteModelRecord.__slots__, row, strict=True))
    return SiteModelRecord(**values | {"passed": bool(values["passed"])})
