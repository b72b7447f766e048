"""Decisions, written by compare-and-set on the comment's revision."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, func, select

from moderation.actions import Action, action_named
from moderation.comment import Status
from moderation.decision import DecidedBy, Decision
from moderation.errors import NotFound
from moderation.messages import message_from
from moderation.reasons import Reason, reason_named
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many, update_many
from moderation.store.tables import BY_PEOPLE, comments, decisions


@dataclass(frozen=True, slots=True)
class ScoreStamp:
    """What stays with a comment that had its turn with the classifier. spam, abuse: None when it gave no score.

    queue_at: its place in the order of priority.
    """

    at: datetime
    spam: float | None
    abuse: float | None
    near_copies: int
    campaign: str = ""
    queue_at: datetime | None = None


_NONE: Mapping[str, ScoreStamp] = MappingProxyType({})


class DecisionRepository:
    """The decisions of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, made: Sequence[Decision], marks: Mapping[str, ScoreStamp] = _NONE) -> None:
        """Store decisions and what they do to their comments.

        Each one's revision must be the comment's plus one: the caller has read the comments for update, and the
        unique (comment, revision) of the table refuses whatever slipped through. marks: by comment id, what the
        classifier had to say of each comment; for all of these decisions or for none.
        """
        changes = [(_as_it_was(each), _as_it_is(each) | _marked(marks.get(each.comment_id))) for each in made]
        by_columns = defaultdict(list)
        for change in changes:
            by_columns[tuple(change[1])].append(change)
        for alike in by_columns.values():
            update_many(self._connection, comments, alike)
        insert_many(self._connection, decisions, [_columns(decision) for decision in made])

    def keep(self, made: Sequence[Decision]) -> None:
        """Store decisions that were made elsewhere; their comments are stored as these left them."""
        insert_many(self._connection, decisions, [_columns(decision) for decision in made])

    def existing(self, decision_ids: Sequence[str]) -> set[str]:
        """Those of these decisions that exist, on any site."""
        query = select(decisions.c.id).where(any_of(decisions.c.id, decision_ids))
        return set(self._connection.scalars(query)) if decision_ids else set()

    def mark_scored(self, marks: Mapping[str, ScoreStamp]) -> None:
        """Each comment, by its id, has had its turn with the classifier, but no decision came of it."""
        update_many(self._connection, comments, [({"id": id}, _marked(mark)) for id, mark in marks.items()])

    def get(self, decision_id: str) -> Decision:
        """One decision. Raises NotFound."""
        row = self._connection.execute(select(decisions).where(decisions.c.id == decision_id)).one_or_none()
        if row is None:
            raise NotFound("decision", decision_id)
        return _decision_from(row)

    def get_many(self, decision_ids: Sequence[str]) -> list[Decision]:
        """Those of the decisions that exist."""
        rows = self._connection.execute(select(decisions).where(any_of(decisions.c.id, decision_ids)))
        return [_decision_from(row) for row in rows]

    def count_of(self, site_id: str) -> int:
        """How many decisions there are about comments of a site."""
        of_site = select(func.count()).select_from(decisions).where(decisions.c.site_id == site_id)
        return self._connection.scalar(of_site) or 0

    def history(self, comment_id: str) -> list[Decision]:
        """All decisions about one comment, oldest first."""
        rows = self._connection.execute(
            select(decisions).where(decisions.c.comment_id == comment_id).order_by(decisions.c.revision)
        )
        return [_decision_from(row) for row in rows]

    def histories(self, comment_ids: Sequence[str]) -> dict[str, tuple[Decision, ...]]:
        """All decisions about each of these comments, oldest first; those without any are left out."""
        rows = self._connection.execute(_HISTORIES, {"ids": comment_ids}).all()
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

    def last_standing(self, by_id: str) -> Decision | None:
        """The newest decision of a moderator that can be taken back: none was made about its comment since."""
        newest = decisions.join(comments, comments.c.id == decisions.c.comment_id)
        row = self._connection.execute(
            select(decisions)
            .select_from(newest)
            .where(decisions.c.by_id == by_id, BY_PEOPLE, comments.c.revision == decisions.c.revision)
            .where(decisions.c.action.in_(_UNDOABLE))
            .order_by(decisions.c.at.desc(), decisions.c.id.desc())
            .limit(1)
        ).first()
        return None if row is None else _decision_from(row)

    def counts_of(self, by_id: str, *, since: datetime) -> dict[str, int]:
        """How many decisions a moderator has made since then, by action."""
        mine = (decisions.c.by_id == by_id, BY_PEOPLE, decisions.c.at >= since)
        counted = select(decisions.c.action, func.count()).where(*mine).group_by(decisions.c.action)
        return {row[0]: row[1] for row in self._connection.execute(counted)}

    def made_together(self, decision: Decision) -> list[Decision]:
        """Every decision that was made in the same moment, by the same moderator, for the same reason; it is one of
        them. What was decided at once bears one time."""
        alike = (decisions.c.by_id == decision.by.id, BY_PEOPLE, decisions.c.at == decision.at)
        kind = (decisions.c.action == decision.action.value, decisions.c.reason == decision.reason.value)
        rows = self._connection.execute(select(decisions).where(*alike, *kind).order_by(decisions.c.id))
        return [_decision_from(row) for row in rows]


_HISTORIES = select(decisions).where(any_of(decisions.c.comment_id, "ids")).order_by(decisions.c.revision)
_UNDOABLE = tuple(action.value for action in Action if action.spec.undoable)


def _as_it_was(decision: Decision) -> dict[str, Any]:
    return {"id": decision.comment_id, "revision": decision.revision - 1}


def _as_it_is(decision: Decision) -> dict[str, Any]:
    """A status that stays is not written: the indexes over it stay as well.

    What is approved is public as it is. Of an edited comment that reports take off its page no earlier text stays.
    """
    moved: dict[str, Any] = {}
    if decision.status_after is not decision.status_before:
        moved["status"] = decision.status_after.value
    if decision.reason is Reason.REPORTED or moved.get("status") == Status.APPROVED:
        moved["public_body"] = None
    return {
        **moved,
        "revision": decision.revision,
        "reason": decision.reason.value,
        "decided_at": decision.at,
        "lease_until": None,
    }


def _marked(mark: ScoreStamp | None) -> dict[str, Any]:
    if mark is None:
        return {}
    return {
        "scored_at": mark.at,
        "spam": mark.spam,
        "abuse": mark.abuse,
        "near_copies": mark.near_copies,
        "campaign": mark.campaign or None,
        "queue_at": mark.queue_at,
        "lease_until": None,
    }


def _columns(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "comment_id": decision.comment_id,
        "site_id": decision.site_id,
        "action": decision.action.value,
        "reason": decision.reason.value,
        "detail": decision.detail.to_json(),
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
        action=action_named(row.action),
        reason=reason_named(row.reason),
        by=DecidedBy(row.by_id, row.by_name),
        at=row.at,
        revision=row.revision,
        status_before=Status(row.status_before),
        status_after=Status(row.status_after),
        detail=message_from(row.detail),
        note=row.note,
        undoes=row.undoes,
    )
