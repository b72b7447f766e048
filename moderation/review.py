"""The third moment: a moderator approves, rejects or undoes. The loser of a race learns who won it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation.actions import MODERATOR_ACTIONS, Action
from moderation.comment import Comment, Status
from moderation.decision import AUTHOR, DecidedBy, Decision
from moderation.decision_writer import Proposal, read_for_decision, record_many
from moderation.dispatch import Dispatch
from moderation.errors import AlreadyDecided, Invalid, ModerationError, NotFound, NothingToUndo
from moderation.ids import new_id
from moderation.known_authors import free_known_authors
from moderation.messages import N_, Message, Plural
from moderation.reasons import MODERATOR_REASONS, Reason
from moderation.store import Store, UnitOfWork

UNDO_DAYS = 30
BULK_LIMIT = 500
MAX_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """A moderator's request: approve or reject one comment as it was at `revision`.

    reason: for a rejection one of MODERATOR_REASONS, for an approval None. note: for other moderators, at most 2,000
    characters; the author never sees it.
    """

    comment_id: str
    action: Action
    revision: int
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """A decision that was made, and the comment as it is now."""

    decision: Decision
    comment: Comment


def decide(
    store: Store, dispatch: Dispatch, request: DecisionRequest, by: DecidedBy, *, sites: Sequence[str], at: datetime
) -> DecisionResult:
    """Carry out one request. sites: those this moderator may decide for; comments of others do not exist to them.

    Raises Invalid, NotFound, and AlreadyDecided when the comment has moved on from `request.revision`.
    """
    [result] = decide_many(store, dispatch, [request], by, sites=sites, at=at)
    if isinstance(result, ModerationError):
        raise result
    return result


def decide_many(
    store: Store,
    dispatch: Dispatch,
    requests: Sequence[DecisionRequest],
    by: DecidedBy,
    *,
    sites: Sequence[str],
    at: datetime,
) -> list[DecisionResult | ModerationError]:
    """Carry out many requests, each on its own: one that fails leaves the others standing. In the order given."""
    _refuse_too_many(len(requests))
    results = store.write(lambda uow: decide_in(uow, requests, by, sites, at=at))
    if any(isinstance(result, DecisionResult) for result in results):
        dispatch.ring("delivery")
    return results


def _refuse_too_many(count: int) -> None:
    if count > BULK_LIMIT:
        text = N_("%(count)s are too many at once; send at most %(limit)s.")
        raise Invalid("decisions", Message(text, {"count": count, "limit": BULK_LIMIT}))


def undo(
    store: Store, dispatch: Dispatch, decision_id: str, by: DecidedBy, *, sites: Sequence[str], at: datetime
) -> DecisionResult:
    """Take a decision back: the comment returns to the status it had before.

    Raises NotFound, and NothingToUndo when it is not the comment's newest decision, is itself an undo, changed
    nothing, or is older than 30 days.
    """
    [result] = undo_many(store, dispatch, [decision_id], by, sites=sites, at=at)
    if isinstance(result, ModerationError):
        raise result
    return result


def undo_many(
    store: Store,
    dispatch: Dispatch,
    decision_ids: Sequence[str],
    by: DecidedBy,
    *,
    sites: Sequence[str],
    at: datetime,
) -> list[DecisionResult | ModerationError]:
    """Take many decisions back, each on its own, in one transaction. In the order given."""
    _refuse_too_many(len(decision_ids))

    results = store.write(lambda uow: _undo(uow, decision_ids, by, sites, at=at))
    if any(isinstance(result, DecisionResult) for result in results):
        dispatch.ring("delivery")
    return results


_LONG_NOTE = Plural(
    "has %(n)s character; at most %(limit)s are kept.", "has %(n)s characters; at most %(limit)s are kept."
)


def _check(request: DecisionRequest) -> None:
    if request.action not in MODERATOR_ACTIONS:
        raise Invalid("action", Message(N_("must be one of: %(choices)s."), {"choices": list(MODERATOR_ACTIONS)}))
    if request.action.spec.needs_reason and request.reason not in MODERATOR_REASONS:
        text = N_("a rejection needs one of: %(choices)s.")
        raise Invalid("reason", Message(text, {"choices": list(MODERATOR_REASONS)}))
    if not request.action.spec.needs_reason and request.reason is not None:
        raise Invalid("reason", Message(N_("an approval has none; leave it out.")))
    if len(request.note) > MAX_NOTE:
        raise Invalid("note", Message(_LONG_NOTE, {"n": len(request.note), "limit": MAX_NOTE}))


def decide_in(
    uow: UnitOfWork, requests: Sequence[DecisionRequest], by: DecidedBy, sites: Sequence[str], *, at: datetime
) -> list[DecisionResult | ModerationError]:
    """As `decide_many`, in the transaction of the caller, who rings for the deliveries."""
    now = read_for_decision(uow, [request.comment_id for request in requests])
    proposed = [_propose(request, now.get(request.comment_id), by, sites, at=at) for request in requests]
    written = iter(made := _write(uow, [each for each in proposed if isinstance(each, Proposal)], now))
    free_known_authors(uow, [each.comment for each in made if isinstance(each, DecisionResult)], at=at)
    return [next(written) if isinstance(each, Proposal) else each for each in proposed]


def _propose(
    request: DecisionRequest, comment: Comment | None, by: DecidedBy, sites: Sequence[str], *, at: datetime
) -> Proposal | ModerationError:
    try:
        _check(request)
    except Invalid as problem:
        return problem
    if comment is None or comment.site_id not in sites:
        return NotFound("comment", request.comment_id)
    if comment.reason == Reason.WITHDRAWN:
        return withdrawn(comment)
    as_read = replace(comment, revision=request.revision)
    reason = request.reason or Reason.CLEAN
    status_after = request.action.spec.status_after or comment.status
    return Proposal(as_read, _decision(as_read, request.action, reason, by, status_after, at=at, note=request.note))


def withdrawn(comment: Comment) -> AlreadyDecided:
    """Why nobody can decide about a comment that its author withdrew."""
    return AlreadyDecided(
        comment.id,
        revision=comment.revision,
        status=comment.status.value,
        action=Action.WITHDRAW.value,
        by=AUTHOR.name,
        at=comment.decided_at,
    )


def _write(
    uow: UnitOfWork, proposals: Sequence[Proposal], now: Mapping[str, Comment]
) -> list[DecisionResult | ModerationError]:
    refusals = record_many(uow, proposals, {comment.id: comment.revision for comment in now.values()})
    decided = uow.comments.get_many([p.comment.id for p in proposals], with_scores=True)
    comment_of = {comment.id: comment for comment in decided}
    return [
        refusal or DecisionResult(proposal.decision, comment_of[proposal.comment.id])
        for proposal, refusal in zip(proposals, refusals, strict=True)
    ]


def _undo(
    uow: UnitOfWork, decision_ids: Sequence[str], by: DecidedBy, sites: Sequence[str], *, at: datetime
) -> list[DecisionResult | ModerationError]:
    known = {decision.id: decision for decision in uow.decisions.get_many(decision_ids)}
    now = read_for_decision(uow, sorted({decision.comment_id for decision in known.values()}))
    mine = {
        id: each for id, each in known.items() if each.comment_id in now and now[each.comment_id].site_id in sites
    }
    proposed = [
        _propose_undo(uow, mine[id], now[mine[id].comment_id], by, at=at) if id in mine else NotFound("decision", id)
        for id in decision_ids
    ]
    written = iter(_write(uow, [each for each in proposed if isinstance(each, Proposal)], now))
    return [next(written) if isinstance(each, Proposal) else each for each in proposed]


def _propose_undo(
    uow: UnitOfWork, taken_back: Decision, comment: Comment, by: DecidedBy, *, at: datetime
) -> Proposal | ModerationError:
    is_last = taken_back.revision == comment.revision
    try:
        _check_undo(taken_back, taken_back if is_last else uow.decisions.last(comment.id), at=at)
    except NothingToUndo as refusal:
        return refusal
    before = taken_back.status_before
    undone = _decision(comment, Action.UNDO, Reason.UNDONE, by, before, at=at, undoes=taken_back.id)
    return Proposal(comment, undone)


def _check_undo(taken_back: Decision, last: Decision | None, *, at: datetime) -> None:
    if last is not None and last.undoes == taken_back.id:
        raise NothingToUndo(
            Message(
                N_("This decision was undone before; the comment is now %(status)s."), {"status": last.status_after}
            )
        )
    if last is None or last.id != taken_back.id:
        raise NothingToUndo(
            Message(N_("Another decision was made after this one. Look at the comment and decide again."))
        )
    if taken_back.action is Action.UNDO:
        raise NothingToUndo(
            Message(
                N_("An undo cannot be undone. The comment is now %(status)s; decide again."),
                {"status": last.status_after},
            )
        )
    if taken_back.action is Action.WITHDRAW:
        raise NothingToUndo(Message(N_("The author withdrew this comment, and nobody can take that back.")))
    if not taken_back.action.spec.undoable:
        raise NothingToUndo(Message(N_("This only put the comment into the queue. Approve or reject it instead.")))
    if at - taken_back.at > timedelta(days=UNDO_DAYS):
        raise NothingToUndo(
            Message(N_("This decision is older than %(days)s days. Decide again instead."), {"days": UNDO_DAYS})
        )


def _decision(
    comment: Comment,
    action: Action,
    reason: Reason,
    by: DecidedBy,
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
