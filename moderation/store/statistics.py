"""Counts for `/metrics` (`service/http/metrics.py`), `/ready` and the dashboard."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, TextClause, func, select, text

from moderation.outbox.delivery import DeliveryStatus
from moderation.store.tables import ERASED, LIVE, UNSCORED, comments, decisions, deliveries, sites, tallies


@dataclass(frozen=True, slots=True)
class Conservation:
    """Where every accepted comment is now. accepted comes from a tally of its own, the others from the comments."""

    accepted: int
    pending: int
    decided: int
    erased: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost: accepted = pending + decided + erased."""
        return self.accepted == self.pending + self.decided + self.erased


class StatisticsRepository:
    """The counts of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def conservation(self) -> Conservation:
        """Over all sites."""
        accepted = self._connection.scalar(select(func.coalesce(func.sum(tallies.c.accepted), 0)))
        standing, erased = self._count(LIVE), self._count(ERASED)
        return Conservation(
            accepted=int(accepted or 0),
            pending=standing["pending"],
            decided=standing["approved"] + standing["rejected"],
            erased=erased.total(),
        )

    def comments_of(self, site_id: str) -> int:
        """How many comments a site has, the erased ones left out."""
        of_site = select(func.count()).select_from(comments).where(LIVE, comments.c.site_id == site_id)
        return self._connection.scalar(of_site) or 0

    def _count(self, kind: TextClause) -> Counter[str]:
        """Comments by status. There is an index of the live and one of the erased, both by site and status: no row is
        read, and nothing is sorted."""
        place = (comments.c.site_id, comments.c.status)
        query = select(*place, func.count().label("total")).where(kind).group_by(*place)
        found: Counter[str] = Counter()
        for row in self._connection.execute(query):
            found[row.status] += row.total
        return found

    def oldest_pending(self) -> datetime | None:
        """When the comment came that has waited longest for a moderator; None when the queue is empty."""
        received: datetime | None = self._connection.scalar(select(func.min(_OLDEST_OF_SITE)).select_from(sites))
        return received

    def oldest_unscored(self) -> datetime | None:
        """When the comment came that has waited longest for its score; None when none waits."""
        received: datetime | None = self._connection.scalar(select(func.min(comments.c.received_at)).where(UNSCORED))
        return received

    def unscored(self) -> int:
        """How many comments wait for their score."""
        return self._connection.scalar(select(func.count()).select_from(comments).where(UNSCORED)) or 0

    def deliveries(self) -> dict[str, int]:
        """How many deliveries stand in each status. Most were delivered: what remains when the others, which have
        indexes of their own, are taken away. An index of all statuses would cost every delivery two more writes."""
        total, waiting, given_up = self._connection.execute(_DELIVERIES).one()
        return {"waiting": waiting, "delivered": total - waiting - given_up, "given_up": given_up}

    def decisions(self) -> dict[tuple[str, str], int]:
        """How many decisions were made, by action and reason."""
        rows = self._connection.execute(
            select(decisions.c.action, decisions.c.reason, func.count().label("total")).group_by(
                decisions.c.action, decisions.c.reason
            )
        )
        return {(row.action, row.reason): row.total for row in rows}

    def scoring_waits(self, latest: int = 200) -> list[timedelta]:
        """How long each of the latest comments waited from the door to its score; those that still wait left out."""
        newest = select(comments.c.received_at, comments.c.scored_at).order_by(comments.c.id.desc()).limit(latest)
        return [row.scored_at - row.received_at for row in self._connection.execute(newest) if row.scored_at]

    def given_up(self, destination_id: str, *, since: datetime) -> int:
        """How many deliveries to a destination were given up since then."""
        given_up = (
            deliveries.c.destination_id == destination_id,
            deliveries.c.status == DeliveryStatus.GIVEN_UP.value,
        )
        query = select(func.count()).where(*given_up, deliveries.c.ended_at >= since)
        return self._connection.scalar(query) or 0

    def author_networks(self, latest: int = 100) -> list[str]:
        """The masked networks of the latest comments, newest first; "" where the address was unreadable."""
        newest = select(comments.c.masked_address).where(comments.c.erased_at.is_(None))
        return list(self._connection.scalars(newest.order_by(comments.c.id.desc()).limit(latest)))


_OLDEST_OF_SITE = (  # one step into the index of the queue for each site, however much is pending
    select(func.min(comments.c.received_at))
    .where(LIVE, comments.c.site_id == sites.c.id, comments.c.status == "pending")
    .scalar_subquery()
)
_deliveries = select(func.count()).select_from(deliveries)
_DELIVERIES = select(
    _deliveries.scalar_subquery(),
    _deliveries.where(text("status = 'waiting'")).scalar_subquery(),
    _deliveries.where(text("status = 'given_up'")).scalar_subquery(),
)
