"""How long sites keep things; what retention destroys, some rows at a time; and the report of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, case, delete, select, update

from moderation.comment import Status
from moderation.erasing.retention import NAMES, Destroyed, Kept, Retention
from moderation.outbox.delivery import DeliveryStatus
from moderation.store.database.any_of import any_of
from moderation.store.database.upserts import UPSERTS
from moderation.store.tables import LIVE, attempts, comments, deliveries, destructions, retentions, sites


@dataclass(frozen=True, slots=True)
class Destruction:
    """A row of the report. day: in UTC."""

    site_id: str
    day: date
    what: Destroyed
    count: int


class RetentionRepository:
    """Retention, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site_id: str) -> Retention:
        """How long a site keeps things."""
        return self.all([site_id])[site_id]

    def all(self, site_ids: Collection[str] | None = None) -> dict[str, Retention]:
        """How long sites keep things, by site; None for all."""
        query = select(sites.c.id, retentions).outerjoin(retentions, retentions.c.site_id == sites.c.id)
        if site_ids is not None:
            query = query.where(any_of(sites.c.id, site_ids))
        return {row.id: _retention_from(row) for row in self._connection.execute(query)}

    def change(self, site_id: str, retention: Retention) -> None:
        """Set how long a site keeps things."""
        wanted = UPSERTS[self._connection.dialect.name](retentions).values(site_id=site_id, **asdict(retention))
        new = {name: wanted.excluded[name] for name in NAMES}
        self._connection.execute(wanted.on_conflict_do_update(index_elements=["site_id"], set_=new))

    def next_comments(self, *, after: str, limit: int) -> tuple[list[Kept], str]:
        """The next comments that are not erased among `limit` rows after an id, and the id to go on from; "" at the
        end of the table."""
        some: Select[Any] = select(*_KEPT, comments.c.erased_at).where(comments.c.id > after).order_by(comments.c.id)
        rows: Sequence[Row[Any]] = self._connection.execute(some.limit(limit)).all()
        last = rows[-1].id if len(rows) == limit else ""
        return [_kept_from(row) for row in rows if row.erased_at is None], last

    def locked(self, comment_ids: Collection[str]) -> list[Kept]:
        """These comments as they are now; nobody else may change them meanwhile."""
        query = select(*_KEPT).where(any_of(comments.c.id, comment_ids), LIVE).order_by(comments.c.id)
        return [_kept_from(row) for row in self._connection.execute(query.with_for_update())]

    def forget_emails(self, comment_ids: Collection[str]) -> None:
        """Delete the addresses. The keyed look-up stays, so that the author is recognized and can ask for it all."""
        gone = update(comments).where(any_of(comments.c.id, comment_ids))
        self._connection.execute(gone.values(email_sealed=None))

    def forget_networks(self, comment_ids: Collection[str]) -> None:
        """Delete the masked networks."""
        self._connection.execute(update(comments).where(any_of(comments.c.id, comment_ids)).values(masked_address=""))

    def next_deliveries(
        self, days: Mapping[str, int | None], *, after: int, at: datetime, limit: int
    ) -> tuple[dict[int, str], int]:
        """Which of the next `limit` deliveries after an id are over, with their sites; and the id to go on from, 0 at
        the end, or as soon as all are young. days: how long each site keeps them."""
        some = select(*_DELIVERY).where(deliveries.c.id > after).order_by(deliveries.c.id).limit(limit)
        rows = self._connection.execute(some).all()
        over = {
            row.id: row.site_id
            for row in rows
            if row.ended_at and (kept := days.get(row.site_id)) and row.ended_at <= at - timedelta(days=kept)
        }
        shortest = min((each for each in days.values() if each), default=0)
        is_last = (
            len(rows) < limit or not shortest or all(row.created_at > at - timedelta(days=shortest) for row in rows)
        )
        return over, 0 if is_last else rows[-1].id

    def delete_deliveries(self, ids: Collection[int]) -> None:
        """Delete deliveries with their attempts, unless they were sent again meanwhile."""
        ended = [
            row.id
            for row in self._connection.execute(
                select(deliveries.c.id).where(
                    any_of(deliveries.c.id, ids), deliveries.c.status != DeliveryStatus.WAITING.value
                )
            )
        ]
        self._connection.execute(delete(attempts).where(any_of(attempts.c.delivery_id, ended)))
        self._connection.execute(delete(deliveries).where(any_of(deliveries.c.id, ended)))

    def count(self, counts: Mapping[tuple[str, Destroyed], int], *, at: datetime) -> None:
        """Add to the report, by site and kind."""
        day = f"{at:%Y-%m-%d}"
        upsert = UPSERTS[self._connection.dialect.name]
        for (site_id, what), count in sorted(counts.items()):
            row = upsert(destructions).values(site_id=site_id, day=day, what=what.value, count=count)
            more = {"count": destructions.c.count + row.excluded["count"]}
            self._connection.execute(row.on_conflict_do_update(index_elements=["site_id", "day", "what"], set_=more))

    def report(self, site_ids: Collection[str], *, since: date) -> list[Destruction]:
        """What was destroyed since a day, the latest first."""
        query = select(destructions).where(
            any_of(destructions.c.site_id, site_ids), destructions.c.day >= since.isoformat()
        )
        rows = self._connection.execute(query.order_by(destructions.c.day.desc(), destructions.c.site_id))
        return [
            Destruction(row.site_id, date.fromisoformat(row.day), Destroyed(row.what), row._mapping["count"])
            for row in rows
        ]


_KEPT: tuple[Any, ...] = (
    comments.c.id,
    comments.c.site_id,
    comments.c.status,
    comments.c.reason,
    comments.c.received_at,
    comments.c.decided_at,
    case((comments.c.email_sealed.is_not(None), 1), else_=0).label("has_email"),
    case((comments.c.masked_address != "", 1), else_=0).label("has_network"),
)
_DELIVERY: tuple[Any, ...] = (
    deliveries.c.id,
    deliveries.c.site_id,
    deliveries.c.created_at,
    deliveries.c.ended_at,
)


def _kept_from(row: Row[Any]) -> Kept:
    return Kept(
        id=row.id,
        site_id=row.site_id,
        status=Status(row.status),
        reason=row.reason,
        received_at=row.received_at,
        decided_at=row.decided_at,
        has_email=bool(row.has_email),
        has_network=bool(row.has_network),
    )


def _retention_from(row: Row[Any]) -> Retention:
    return Retention() if row.site_id is None else Retention(**{name: row._mapping[name] for name in NAMES})
