"""A second look: another moderator decides about a comment without seeing what the first one decided."""

from collections.abc import Sequence
from datetime import datetime

from moderation import review
from moderation.actions import Action
from moderation.audit import AuditEvent
from moderation.decision import DecidedBy, Decision
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
    if comment.status is action.spec.status_after:
        store.write(lambda uow: _confirm(uow, comment.site_id, comment_id, by, at=at))
        return None
    request = DecisionRequest(comment_id, action, comment.revision, reason)
    return review.decide(store, dispatch, request, by, sites=sites, at=at).decision


def _confirm(uow: UnitOfWork, site_id: str, comment_id: str, by: DecidedBy, *, at: datetime) -> None:
    if uow.second_looks.answer([comment_id], by.id, at=at):
        uow.audit.append(site_id, [AuditEvent(at, by.id, "second_look.confirmed", comment_id)])
