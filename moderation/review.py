"""The third moment: a moderator approves, rejects or undoes. Whoever loses a race is told who won it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.comment import Comment, Status
from moderation.decision import REJECT_REASONS, STATUS_AFTER, Action, By, Decision, Reason
from moderation.dispatch import Dispatch
from moderation.errors import Invalid, ModerationError, NotFound, NothingToUndo
from moderation.ids import new_id
from moderation.record import Proposal, record
from moderation.store import Rows, Store

UNDO_DAYS = 30
BULK_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a moderator wants: approve or reject one comment, as it was at `revision`.

    reason: for a rejection one of REJECT_REASONS, for an approval None. note: for other moderators, at most 2,000
    characters; the author never sees it.
    """

    comment_id: str
    action: Action
    revision: int
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A decision that was made, and the comment as it is now."""

    decision: Decision
    comment: Comment


def decide(store: Store, dispatch: Dispatch, ruling: Ruling, by: By, *, sites: Sequence[str], at: datetime) -> Done:
    """Carry out one ruling. sites: those this moderator may decide for; comments of others do not exist to them.

    Raises Invalid, NotFound, and AlreadyDecided when the comment has moved on from `ruling.revision`.
    """
    _check(ruling)
    done = store.write(lambda rows: _decide(rows, ruling, by, sites, at=at))
    dispatch.ring("delivery")
    return done


def decide_many(
    store: Store, dispatch: Dispatch, rulings: Sequence[Ruling], by: By, *, sites: Sequence[str], at: datetime
) -> list[Done | ModerationError]:
    """Carry out many rulings, each on its own: one that fails leaves the others standing. In the order given."""
    if len(rulings) > BULK_LIMIT:
        raise Invalid("decisions", f"{len(rulings)} are too many at once; send at most {BULK_LIMIT}.")
    results = store.write(lambda rows: [_try(rows, ruling, by, sites, at=at) for ruling in rulings])
    dispatch.ring("delivery")
    return results


def undo(store: Store, dispatch: Dispatch, decision_id: str, by: By, *, sites: Sequence[str], at: datetime) -> Done:
    """Take a decision back: the comment returns to the status it had before.

    Raises NotFound, and NothingToUndo when it is not the comment's newest decision, is itself an undo, changed
    nothing, or is older than 30 days.
    """
    done = store.write(lambda rows: _undo(rows, decision_id, by, sites, at=at))
    dispatch.ring("delivery")
    return done


def _check(ruling: Ruling) -> None:
    if ruling.action not in (Action.APPROVE, Action.REJECT):
        raise Invalid("action", "must be approve or reject.")
    if ruling.action is Action.REJECT and ruling.reason not in REJECT_REASONS:
        raise Invalid("reason", f"a rejection needs one of: {', '.join(REJECT_REASONS)}.")
    if len(ruling.note) > 2_000:
        raise Invalid("note", f"has {len(ruling.note)} characters; at most 2,000 are kept.")


def _try(rows: Rows, ruling: Ruling, by: By, sites: Sequence[str], *, at: datetime) -> Done | ModerationError:
    try:
        _check(ruling)
        return _decide(rows, ruling, by, sites, at=at)
    except ModerationError as problem:
        return problem


def _decide(rows: Rows, ruling: Ruling, by: By, sites: Sequence[str], *, at: datetime) -> Done:
    comment = _comment_of(rows, ruling.comment_id, sites)
    as_read = replace(comment, revision=ruling.revision)
    reason = ruling.reason or Reason.CLEAN
    decision = _decision(as_read, ruling.action, reason, by, STATUS_AFTER[ruling.action], at=at, note=ruling.note)
    return Done(decision, record(rows, Proposal(as_read, decision)))


def _undo(rows: Rows, decision_id: str, by: By, sites: Sequence[str], *, at: datetime) -> Done:
    taken_back = rows.decisions.get(decision_id)
    comment = _comment_of(rows, taken_back.comment_id, sites)
    _check_undo(taken_back, rows.decisions.last(comment.id), at=at)
    decision = _decision(
        comment, Action.UNDO, Reason.UNDONE, by, taken_back.status_before, at=at, undoes=taken_back.id
    )
    return Done(decision, record(rows, Proposal(comment, decision)))


def _check_undo(taken_back: Decision, last: Decision | None, *, at: datetime) -> None:
    if last is None or last.id != taken_back.id:
        raise NothingToUndo("Another decision was made after this one; undo that one, or decide anew.")
    if taken_back.action in (Action.UNDO, Action.HOLD):
        raise NothingToUndo("This only put the comment into the queue; approve or reject it instead.")
    if at - taken_back.at > timedelta(days=UNDO_DAYS):
        raise NothingToUndo(f"This decision is older than {UNDO_DAYS} days; decide anew instead.")


def _comment_of(rows: Rows, comment_id: str, sites: Sequence[str]) -> Comment:
    comment = rows.comments.get(comment_id)
    if comment.site_id not in sites:
        raise NotFound("comment", comment_id)
    return comment


def _decision(
    comment: Comment,
    action: Action,
    reason: Reason,
    by: By,
    status_after: Status,
    *,
    at: datetime,
    note: str = "",
    undoes: str = "",
) -> Decision:
    return Decision(
        id=new_id("dec", at=at),
        comment_id=comment.id,
        site_id=comment.site_id,
        action=action,
        reason=reason,
        by=by,
        at=at,
        revision=comment.revision + 1,
        status_before=comment.status,
        status_after=status_after,
        note=note,
        undoes=undoes,
    )
