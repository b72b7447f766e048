"""Takes appeals in and decides about them. Whoever made a decision does not decide about the appeal against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation.actions import Action
from moderation.appeals import DECIDABLE, MAX_TEXT, Appeal, Outcome, may_be_appealed
from moderation.audit import AuditEvent
from moderation.comment import Comment
from moderation.decision import AUTHOR, DecidedBy, Decision
from moderation.decision_writer import announce_appeals, read_for_decision
from moderation.dispatch import Dispatch
from moderation.errors import AlreadyDecided, Invalid, ModerationError, NotFound, OwnDecision, TooLate
from moderation.ids import new_id
from moderation.messages import N_, P_, Message, Plural
from moderation.review import DecisionRequest, decide_in
from moderation.store import Store, UnitOfWork
from moderation.webhooks.events import appealed_event

_LONG = Plural(
    "has %(n)s character; at most %(limit)s are kept.", "has %(n)s characters; at most %(limit)s are kept."
)


@dataclass(frozen=True, slots=True)
class AppealDecision:
    """A moderator's decision about an appeal, as of the comment's `revision`. answer: for the author, may be ""."""

    appeal_id: str
    outcome: Outcome
    revision: int
    answer: str = ""


def appeal(store: Store, dispatch: Dispatch, comment_id: str, text: str, *, at: datetime) -> None:
    """Object to the newest decision about a comment. The same text again changes nothing.

    text: 1 to 1,000 characters. Raises NotFound, and TooLate when the decision cannot be appealed or was before.
    """
    if store.write(lambda uow: _appeal(uow, comment_id, text, at=at)):
        dispatch.ring("delivery")


def decide_appeal(
    store: Store, dispatch: Dispatch, request: AppealDecision, by: DecidedBy, *, sites: Sequence[str], at: datetime
) -> Appeal:
    """Grant an appeal, which publishes the comment, or refuse it, which leaves the decision as it is.

    sites: those this moderator may decide for. Raises Invalid, NotFound, TooLate when it was decided before,
    OwnDecision, and AlreadyDecided when the comment has moved on from `request.revision`.
    """
    _check(request)
    decided = store.write(lambda uow: _decide(uow, request, by, sites, at=at))
    dispatch.ring("delivery")
    return decided


def may_decide(uow: UnitOfWork, appeal: Appeal, decision: Decision, decider_id: str) -> bool:
    """Whether this moderator may decide: not about their own decision while there is somebody else."""
    return decision.by.id != decider_id or not uow.appeals.another_decider(appeal.site_id, besides=decider_id)


def _appeal(uow: UnitOfWork, comment_id: str, text: str, *, at: datetime) -> bool:
    comment = read_for_decision(uow, [comment_id]).get(comment_id)
    if comment is None:
        raise NotFound("comment", comment_id)
    last = uow.decisions.last(comment.id)
    if last is None or not may_be_appealed(comment, last):
        raise TooLate(Message(P_("There is no decision that you can appeal against.")))
    known = next((each for each in uow.appeals.about(comment.id) if each.decision_id == last.id), None)
    if known is not None:
        if known.text == text:
            return False
        raise TooLate(Message(P_("You have appealed against this decision before.")))
    new = Appeal(new_id("apl", at=at), comment.site_id, comment.id, last.id, text, at)
    uow.appeals.add(new)
    detail = {"appeal": new.id, "decision": last.id}
    uow.audit.append(comment.site_id, [AuditEvent(at, AUTHOR.id, "appeal.received", comment.id, detail)])
    uow.deliveries.announce([appealed_event(comment, new)])
    return True


def _check(request: AppealDecision) -> None:
    if request.outcome not in DECIDABLE:
        raise Invalid("outcome", Message(N_("must be one of: %(choices)s."), {"choices": list(DECIDABLE)}))
    if len(request.answer) > MAX_TEXT:
        raise Invalid("answer", Message(_LONG, {"n": len(request.answer), "limit": MAX_TEXT}))


def _decide(uow: UnitOfWork, request: AppealDecision, by: DecidedBy, sites: Sequence[str], *, at: datetime) -> Appeal:
    found = uow.appeals.get(request.appeal_id)
    comment = read_for_decision(uow, [found.comment_id]).get(found.comment_id)
    if comment is None or found.site_id not in sites:
        raise NotFound("appeal", request.appeal_id)
    if uow.appeals.get(found.id).outcome is not Outcome.OPEN:  # read again: somebody may have been faster
        raise TooLate(Message(N_("This appeal was decided before; load the page again.")))
    if not may_decide(uow, found, uow.decisions.get(found.decision_id), by.id):
        raise OwnDecision(
            Message(N_("You made the decision that this appeal is about. Leave it to another moderator of the site."))
        )
    if comment.revision != request.revision:
        raise _moved_on(uow, comment)
    if request.outcome is Outcome.REFUSED:
        [refused] = uow.appeals.decide([comment.id], Outcome.REFUSED, by, at=at, answer=request.answer)
        announce_appeals(uow, {comment.id: comment}, [refused])
        return refused
    [granted] = decide_in(uow, [DecisionRequest(comment.id, Action.APPROVE, comment.revision)], by, sites, at=at)
    if isinstance(granted, ModerationError):
        raise granted
    uow.appeals.answer(found.id, request.answer)
    return uow.appeals.get(found.id)


def _moved_on(uow: UnitOfWork, comment: Comment) -> AlreadyDecided:
    last = uow.decisions.last(comment.id)
    return AlreadyDecided(
        comment.id,
        revision=comment.revision,
        status=comment.status.value,
        action=last.action.value if last else "",
        by=last.by.name if last else "",
        at=last.at if last else None,
    )
