"""What the author of a comment may do with it: edit it for some minutes, and withdraw it always.

Each is a decision in the comment's history, by compare-and-set like those of moderators: nobody decides about a text
that they did not read, and a moderator who is late learns that the author was faster.
"""

from datetime import datetime, timedelta

from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.decision import AUTHOR, Decision, Reason
from moderation.decision_writer import Proposal, read_for_decision, record_many
from moderation.dispatch import Dispatch
from moderation.edits import Edit
from moderation.errors import NotFound, TooLate
from moderation.ids import new_id
from moderation.listed_words import words_of
from moderation.messages import P_, Message
from moderation.policy import Policy
from moderation.store import Store, UnitOfWork


def editable_until(comment: Comment, policy: Policy) -> datetime | None:
    """Until when the author may edit the comment; None for not at all. Pure."""
    if comment.status is Status.REJECTED or not policy.edit_minutes:
        return None
    return comment.received_at + timedelta(minutes=policy.edit_minutes)


def may_edit(comment: Comment, policy: Policy, *, at: datetime) -> bool:
    """Whether the author may edit the comment now. Pure."""
    until = editable_until(comment, policy)
    return until is not None and at < until


def why_not_editable(comment: Comment) -> Message:
    """Why the author cannot edit the comment any more. Pure."""
    if not may_withdraw(comment):
        return Message(P_("You withdrew this comment; write a new one instead."))
    if comment.status is Status.REJECTED:
        return Message(P_("A comment that was not published cannot be edited; write a new one instead."))
    return Message(P_("The time to edit this comment is over; you can still withdraw it."))


def may_withdraw(comment: Comment) -> bool:
    """Whether there is anything left to withdraw. Pure."""
    return comment.reason != Reason.WITHDRAWN


def edit(store: Store, dispatch: Dispatch, comment_id: str, body: str, *, at: datetime) -> None:
    """Change the text of a comment. It is scored and decided anew; the same text again changes nothing.

    body: checked like that of a submission. Raises NotFound, TooLate.
    """
    text_key = store.sealer.find_key("text", words_of(body))
    if store.write(lambda uow: _edit(uow, comment_id, body, text_key, at=at)):
        dispatch.ring("scoring")
        dispatch.ring("delivery")


def withdraw(store: Store, dispatch: Dispatch, comment_id: str, *, at: datetime) -> None:
    """Take a comment off its page for good. A second time changes nothing. Raises NotFound."""
    if store.write(lambda uow: _withdraw(uow, comment_id, at=at)):
        dispatch.ring("delivery")


def _edit(uow: UnitOfWork, comment_id: str, body: str, text_key: bytes, *, at: datetime) -> bool:
    comment = _read(uow, comment_id)
    if body == comment.body and comment.status is not Status.REJECTED:
        return False
    policy = uow.sites.get(comment.site_id).policy
    if not may_edit(comment, policy, at=at):
        raise TooLate(why_not_editable(comment))
    decision = _record(uow, comment, Action.EDIT, Reason.EDITED, at=at)
    before = comment.public_body if comment.status is Status.PENDING else comment.body
    changed = Edit(comment.id, decision.revision, comment.body, at)
    uow.edits.add(changed, body, text_key=text_key, public_body=None if policy.hold_edits else before)
    uow.text_index.renew([comment.id])
    return True


def _withdraw(uow: UnitOfWork, comment_id: str, *, at: datetime) -> bool:
    comment = _read(uow, comment_id)
    if not may_withdraw(comment):
        return False
    _record(uow, comment, Action.WITHDRAW, Reason.WITHDRAWN, at=at)
    if comment.status is Status.APPROVED or comment.public_body:
        uow.edits.leave_tombstone(comment.id)
    return True


def _read(uow: UnitOfWork, comment_id: str) -> Comment:
    found = read_for_decision(uow, [comment_id])
    if comment_id not in found:
        raise NotFound("comment", comment_id)
    return found[comment_id]


def _record(uow: UnitOfWork, comment: Comment, action: Action, reason: Reason, *, at: datetime) -> Decision:
    decision = Decision(
        id=new_id("dec", at=at),
        comment_id=comment.id,
        site_id=comment.site_id,
        action=action,
        reason=reason,
        by=AUTHOR,
        at=at,
        revision=comment.revision + 1,
        status_before=comment.status,
        status_after=action.spec.status_after or comment.status,
    )
    record_many(uow, [Proposal(comment, decision)], {comment.id: comment.revision})
    return decision
