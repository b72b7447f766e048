"""Decisions, written by compare-and-set on the comment's revision."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from moderation.comment import Status
from moderation.decision import Action, By, Decision, Reason
from moderation.errors import NotFound
from moderation.store.tables import comments, decisions


class DecisionRows:
    """The decisions of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: Sequence[Decision]) -> None:
        """Store decisions and what they do to their comments.

        Each one's revision must be the comment's plus one: the caller has read the comments for update, and the
        unique (comment, revision) of the table refuses whatever slipped through.
        """
        if not made:
            return
        self._connection.execute(_APPLY, [_applied(decision) for decision in made])
        self._connection.execute(insert(decisions), [_columns(decision) for decision in made])

    def mark_scored(self, scored: Sequence[tuple[str, float | None, float | None, int]], *, at: datetime) -> None:
        """Each (comment id, spam, abuse, near copies) has had its turn with the classifier."""
        if scored:
            values = [
                {"of": id, "to_at": at, "to_spam": spam, "to_abuse": abuse, "to_copies": copies}
                for id, spam, abuse, copies in scored
            ]
            self._connection.execute(_SCORED, values)

    def get(self, decision_id: str) -> Decision:
        """One decision. Raises NotFound."""
        row = self._connection.execute(select(decisions).where(decisions.c.id == decision_id)).one_or_none()
        if row is None:
            raise NotFound("decision", decision_id)
        return _decision_from(row)

    def history(self, comment_id: str) -> list[Decision]:
        """All decisions about one comment, oldest first."""
        rows = self._connection.execute(
            select(decisions).where(decisions.c.comment_id == comment_id).order_by(decisions.c.revision)
        )
        return [_decision_from(row) for row in rows]

    def histories(self, comment_ids: Sequence[str]) -> dict[str, tuple[Decision, ...]]:
        """All decisions about each of these comments, oldest first; those without any are left out."""
        rows = self._connection.execute(
            select(decisions).where(decisions.c.comment_id.in_(comment_ids)).order_by(decisions.c.revision)
        )
        found: dict[str, tuple[Decision, ...]] = {}
        for row in rows:
            found[row.comment_id] = (*found.get(row.comment_id, ()), _decision_from(row))
        return found

    def last(self, comment_id: str) -> Decision | None:
        """The newest decision about one comment."""
        row = self._connection.execute(
            select(decisions)
            .where(decisions.c.comment_id == comment_id)
            .order_by(decisions.c.revision.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _decision_from(row)


_APPLY = (
    update(comments)
    .where(comments.c.id == bindparam("of"), comments.c.revision == bindparam("from_revision"))
    .values(
        status=bindparam("to_status"),
        revision=bindparam("to_revision"),
        reason=bindparam("to_reason"),
        decided_at=bindparam("to_decided_at"),
        lease_until=None,
    )
)

_SCORED = (
    update(comments)
    .where(comments.c.id == bindparam("of"))
    .values(
        scored_at=bindparam("to_at"),
        spam=bindparam("to_spam"),
        abuse=bindparam("to_abuse"),
        near_copies=bindparam("to_copies"),
        lease_until=None,
    )
)


def _applied(decision: Decision) -> dict[str, Any]:
    return {
        "of": decision.comment_id,
        "from_revision": decision.revision - 1,
        "to_status": decision.status_after.value,
        "to_revision": decision.revision,
        "to_reason": decision.reason.value,
        "to_decided_at": decision.at,
    }


def _columns(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "comment_id": decision.comment_id,
        "site_id": decision.site_id,
        "action": decision.action.value,
        "reason": decision.reason.value,
        "detail": decision.detail,
        "note": decision.note,
        "by_id": decision.by.id,
        "by_name": decision.by.name,
        "at": decision.at,
        "revision": decision.revision,
        "status_before": decision.status_before.value,
        "status_after": decision.status_after.value,
        "undoes": decision.undoes,
    }


def _decision_from(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        comment_id=row.comment_id,
        site_id=row.site_id,
        action=Action(row.action),
        reason=Reason(row.reason),
        by=By(row.by_id, row.by_name),
        at=row.at,
        revision=row.revision,
        status_before=Status(row.status_before),
        status_after=Status(row.status_after),
        detail=row.detail,
        note=row.note,
        undoes=row.undoes,
    )
