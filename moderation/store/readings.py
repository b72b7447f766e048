"""In the store: which comment each moderator has in hand. One row each, replaced as they go on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from moderation.decided_by import DecidedBy
from moderation.reading import LASTS, Reading
from moderation.store.database.any_of import any_of
from moderation.store.database.upserts import UPSERTS
from moderation.store.tables import comments, moderators, readings


class ReadingRepository:
    """The readings of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, reading: Reading) -> None:
        """Store what a moderator reads, in place of what they read before."""
        values = {"comment_id": reading.comment_id, "site_id": reading.site_id, "at": reading.at}
        wanted = UPSERTS[self._connection.dialect.name](readings).values(moderator_id=reading.by.id, **values)
        self._connection.execute(wanted.on_conflict_do_update(index_elements=["moderator_id"], set_=values))

    def has_any(self, moderator_id: str) -> bool:
        """Whether a moderator has something in hand, as far as is noted."""
        one = select(readings.c.comment_id).where(readings.c.moderator_id == moderator_id)
        return self._connection.scalar(one) is not None

    def remove(self, moderator_id: str) -> None:
        """Forget what a moderator read."""
        self._connection.execute(delete(readings).where(readings.c.moderator_id == moderator_id))

    def of_others(self, moderator_id: str, *, sites: Sequence[str], at: datetime) -> list[Reading]:
        """What the other moderators read on these sites now."""
        query = (
            select(readings, moderators.c.name, comments.c.campaign)
            .join(moderators, moderators.c.id == readings.c.moderator_id)
            .join(comments, comments.c.id == readings.c.comment_id)
        )
        others = (
            readings.c.moderator_id != moderator_id,
            readings.c.at > at - LASTS,
            any_of(readings.c.site_id, sites),
        )
        rows = self._connection.execute(query.where(*others).order_by(moderators.c.name))
        return [
            Reading(DecidedBy(row.moderator_id, row.name), row.comment_id, row.site_id, row.at, row.campaign or "")
            for row in rows
        ]
