"""Counts for people and for alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from moderation.store.tables import comments, deliveries, tallies


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


class FigureRows:
    """The counts of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def conservation(self) -> Conservation:
        """Over all sites."""
        accepted = self._connection.scalar(select(func.coalesce(func.sum(tallies.c.accepted), 0)))
        place = case(
            (comments.c.erased_at.is_not(None), "erased"),
            (comments.c.status == "pending", "pending"),
            else_="decided",
        )
        counted = select(place.label("place"), func.count().label("total")).select_from(comments).group_by("place")
        counts = {row.place: row.total for row in self._connection.execute(counted)}
        return Conservation(
            accepted=int(accepted or 0),
            pending=counts.get("pending", 0),
            decided=counts.get("decided", 0),
            erased=counts.get("erased", 0),
        )

    def by_status(self, site_ids: Sequence[str]) -> dict[str, int]:
        """How many comments of these sites stand in each status."""
        rows = self._connection.execute(
            select(comments.c.status, func.count().label("total"))
            .where(comments.c.site_id.in_(site_ids), comments.c.erased_at.is_(None))
            .group_by(comments.c.status)
        )
        return {row.status: row.total for row in rows}

    def oldest_unscored(self) -> datetime | None:
        """When the comment came that has waited longest for its score; None when none waits."""
        received: datetime | None = self._connection.scalar(
            select(func.min(comments.c.received_at)).where(
                comments.c.scored_at.is_(None), comments.c.status == "pending"
            )
        )
        return received

    def unscored(self) -> int:
        """How many comments wait for their score."""
        return (
            self._connection.scalar(
                select(func.count())
                .select_from(comments)
                .where(comments.c.scored_at.is_(None), comments.c.status == "pending")
            )
            or 0
        )

    def deliveries(self) -> dict[str, int]:
        """How many deliveries stand in each status: waiting, delivered, given_up."""
        rows = self._connection.execute(
            select(deliveries.c.status, func.count().label("total")).group_by(deliveries.c.status)
        )
        return {row.status: row.total for row in rows}
