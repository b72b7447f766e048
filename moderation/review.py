"""The third moment: a moderator approves, rejects or undoes. Whoever loses a race is told who won it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.comment import Comment, Status
from moderation.decision import REJECT_REASONS, STATUS_AFTER, Action, By, Decision, Reason
from moderation.dispatch import Dispatch
from moderation.errors import Invalid, ModerationError, NotFound, NothingToUndo
from moderation.ids import new_id
from moderation.record import Proposal, read_for_decision, record_many
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
    [result] = decide_many(store, dispatch, [ruling], by, sites=sites, at=at)
    if isinstance(result, ModerationError):
        raise result
    return result


def decide_many(
    store: Store, dispatch: Dispatch, rulings: Sequence[Ruling], by: By, *, sites: Sequence[str], at: datetime
) -> list[Done | ModerationError]:
    """Carry out many rulings, each on its own: one that fails leaves the others standing. In the order given."""
    if len(rulings) > BULK_LIMIT:
        raise Invalid("decisions", f"{len(rulings)} are too many at once; send at most {BULK_LIMIT}.")
    results = store.write(lambda rows: _decide(rows, rulings, by, sites, at=at))
    if any(isinstance(result, Done) for result in results):
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
    if ruling.action is Action.APPROVE and ruling.reason is not None:
        raise Invalid("reason", "an approval has none; leave it out.")
    if len(ruling.note) > 2_000:
        raise Invalid("note", f"has {len(ruling.note)} characters; at most 2,000 are kept.")


def _decide(
    rows: Rows, rulings: Sequence[Ruling], by: By, sites: Sequence[str], *, at: datetime
) -> list[Done | ModerationError]:
    now = read_for_decision(rows, [ruling.comment_id for ruling in rulings])
    proposed = [_propose(ruling, now.get(ruling.comment_id), by, sites, at=at) for ruling in rulings]
    written = iter(_write(rows, [each for each in proposed if isinstance(each, Proposal)], now))
    return [next(written) if isinstance(each, Proposal) else each for each in proposed]


def _propose(
    ruling: Ruling, comment: Comment | None, by: By, sites: Sequence[str], *, at: datetime
) -> Proposal | ModerationError:
    try:
        _check(ruling)
    except Invalid as problem:
        return problem
    if comment is None or comment.site_id not in sites:
        return NotFound("comment", ruling.comment_id)
    as_read = replace(comment, revision=ruling.revision)
    reason = ruling.reason or Reason.CLEAN
    status_after = STATUS_AFTER[ruling.action]
    return Proposal(as_read, _decision(as_read, ruling.action, reason, by, status_after, at=at, note=ruling.note))


def _write(rows: Rows, proposals: Sequence[Proposal], now: Mapping[str, Comment]) -> list[Done | ModerationError]:
    refusals = record_many(rows, proposals, {comment.id: comment.revision for comment in now.values()})
    decided = rows.comments.get_many([p.comment.id for p in proposals], with_scores=True)
    comment_of = {comment.id: comment for comment in decided}
    return [
        refusal or Done(proposal.decision, comment_of[proposal.comment.id])
        for proposal, refusal in zip(proposals, refusals, strict=True)
    ]


def _undo(rows: Rows, decision_id: str, by: By, sites: Sequence[str], *, at: datetime) -> Done:
    taken_back = rows.decisions.get(decision_id)
    now = read_for_decision(rows, [taken_back.comment_id])
    comment = now.get(taken_back.comment_id)
    if comment is None or comment.site_id not in sites:
        raise NotFound("decision", decision_id)
    _check_undo(taken_back, rows.decisions.last(comment.id), at=at)
    decision = _decision(
        comment, Action.UNDO, Reason.UNDONE, by, taken_back.status_before, at=at, undoes=taken_back.id
    )
    [done] = _write(rows, [Proposal(comment, decision)], now)
    assert isinstance(done, Done)  # nobody can have changed what this transaction holds
    return done


def _check_undo(taken_back: Decision, last: Decision | None, *, at: datetime) -> None:
    if last is not None and last.undoes == taken_back.id:
        raise NothingToUndo(f"This decision was taken back before: the comment is {last.status_after} again.")
    if last is None or last.id != taken_back.id:
        raise NothingToUndo("Another decision was made after this one; look at the comment, and decide anew.")
    if taken_back.action is Action.UNDO:
        raise NothingToUndo(f"An undo cannot be undone: the comment is {last.status_after} again; decide anew.")
    if taken_back.action is Action.HOLD:
        raise NothingToUndo("This only put the comment into the queue; approve or reject it instead.")
    if at - taken_back.at > timedelta(days=UNDO_DAYS):
        raise NothingToUndo(f"This decision is older than {UNDO_DAYS} days; decide anew instead.")


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
