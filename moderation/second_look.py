"""A second look: another moderator decides about a comment without seeing what the first one decided."""

from collections.abc import Sequence
from datetime import datetime

from moderation import review
from moderation.actions import Action
from moderation.audit import AuditEvent
from moderation.comment import Comment
from moderation.decision import DecidedBy, Decision
from moderation.decision_writer import read_for_decision
from moderation.dispatch import Dispatch
from moderation.errors import NotFound
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.store import Store, UnitOfWork


def answer(
    store: Store,
    dispatch: Dispatch,
    comment_id: str,
    action: Action,
    reason: Reason | None,
    by: DecidedBy,
    *,
    sites: Sequence[str],
    at: datetime,
) -> Decision | None:
    """Answer one. Where it confirms what stands, nothing is decided anew, and it is on record; else it decides.

    Raises NotFound for a comment that this moderator is not asked about, Invalid and AlreadyDecided as a decision.
    """
    with store.read() as uow:
        if not uow.second_looks.may_answer(comment_id, sites=sites, by_id=by.id, at=at):
            raise NotFound("comment", comment_id)
        comment = uow.comments.get(comment_id)
    if store.write(lambda uow: _confirm(uow, comment, action, by, at=at)):
        return None
    request = DecisionRequest(comment_id, action, comment.revision, reason)
    return review.decide(store, dispatch, request, by, sites=sites, at=at).decision


def _confirm(uow: UnitOfWork, comment: Comment, action: Action, by: DecidedBy, *, at: datetime) -> bool:
    """Whether the comment is still as it was read and the answer agrees with it; that is put on record."""
    now = read_for_decision(uow, [comment.id]).get(comment.id)
    if now is None or now.revision != comment.revision or now.status is not action.spec.status_after:
        return False
    if uow.second_looks.answer([comment.id], by.id, at=at):
        uow.audit.append(comment.site_id, [AuditEvent(at, by.id, "second_look.confirmed", comment.id)])
    return True
