"""What moderators did, one line for all that they decided at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from moderation.actions import action_named
from moderation.activity import Batch
from moderation.decided_by import DecidedBy
from moderation.reasons import reason_named
from moderation.store.tables import BY_PEOPLE, comments, decisions

MOST_LOOKED_AT = 2_000
"""Among how many of a moderator's latest decisions their batches are looked for."""


class ActivityRepository:
    """What people did, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def batches(
        self, by_ids: Sequence[str], *, sites: Sequence[str], before: datetime | None, limit: int
    ) -> list[Batch]:
        """The latest batches of these moderators on these sites, the newest first; before: only those made earlier.

        Each moderator's are read from the index over their decisions.
        """
        found = [batch for by_id in by_ids for batch in self._batches_of(by_id, sites, before, limit)]
        return sorted(found, key=lambda batch: (batch.at, batch.decision_id), reverse=True)[:limit]

    def _batches_of(self, by_id: str, sites: Sequence[str], before: datetime | None, limit: int) -> list[Batch]:
        earlier = [decisions.c.at < before] if before else []
        latest = (
            select(decisions)
            .where(decisions.c.by_id == by_id, BY_PEOPLE, *earlier)
            .order_by(decisions.c.at.desc())
            .limit(MOST_LOOKED_AT)
            .subquery()
        )
        of_it = latest.join(comments, comments.c.id == latest.c.comment_id)
        kind = (latest.c.by_id, latest.c.by_name, latest.c.at, latest.c.action, latest.c.reason)
        stands = case((comments.c.revision == latest.c.revision, 1), else_=0)
        query = (
            select(
                *kind,
                func.count().label("decided"),
                func.sum(stands).label("standing"),
                func.min(latest.c.id).label("decision_id"),
                func.min(latest.c.comment_id).label("comment_id"),
            )
            .select_from(of_it)
            .where(latest.c.site_id.in_(sites))
            .group_by(*kind)
            .order_by(latest.c.at.desc())
            .limit(limit)
        )
        return [
            Batch(
                DecidedBy(row.by_id, row.by_name),
                row.at,
                action_named(row.action),
                reason_named(row.reason),
                row.decided,
                row.standing,
                row.decision_id,
                row.comment_id,
            )
            for row in self._connection.execute(query)
        ]
