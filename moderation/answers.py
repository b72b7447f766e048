"""The site's own answers: written by a moderator from a comment, public at once, and marked as the site's."""

from dataclasses import replace
from datetime import datetime

from moderation.actions import Action
from moderation.comment import Comment, Status, Thread
from moderation.decided_by import DecidedBy
from moderation.decision import Decision
from moderation.decision_writer import Proposal, read_for_decision, record_many
from moderation.dispatch import Dispatch
from moderation.errors import Invalid
from moderation.ids import new_id
from moderation.listed_words import words_of
from moderation.messages import N_, Message
from moderation.reasons import Reason
from moderation.store import Store, UnitOfWork
from moderation.store.intake import Digests, NewComment

MOST = 10_000
"""How many characters an answer may have."""


def answer(store: Store, dispatch: Dispatch, comment_id: str, body: str, by: DecidedBy, *, at: datetime) -> Comment:
    """Answer a comment as its site; what waits is approved with it. Returns the answer. One transaction.

    Raises Invalid for an empty or overlong answer and for a rejected comment, NotFound, and AlreadyDecided where
    somebody else decided about the comment meanwhile.
    """
    text = body.strip()
    if not text or "\0" in text:
        raise Invalid("body", Message(N_("write an answer.")))
    if len(text) > MOST:
        raise Invalid("body", Message(N_("has more than %(limit)s characters; shorten it."), {"limit": MOST}))
    own = store.write(lambda uow: _answer(uow, comment_id, text, by, at=at))
    dispatch.ring("delivery")
    return own


def _answer(uow: UnitOfWork, comment_id: str, text: str, by: DecidedBy, *, at: datetime) -> Comment:
    parent = uow.comments.get(comment_id)
    if parent.status is Status.REJECTED:
        raise Invalid("body", Message(N_("a rejected comment is not public; approve it before you answer.")))
    site = uow.sites.get(parent.site_id)
    own = Comment(
        id=new_id("cmt", at=at),
        site_id=site.id,
        thread=Thread(parent.thread.id, site.id, parent.thread.key),
        name=site.name,
        website="",
        body=text,
        status=Status.PENDING,
        revision=0,
        received_at=at,
        parent_id=parent.id,
        masked_address="",
        signals=frozenset(),
    )
    digests = Digests(
        idempotency_key=None,
        idempotency_digest=None,
        email_key=uow.sealer.find_key("site", site.id),
        domain_key=None,
        text_key=uow.sealer.find_key("text", words_of(text)),
        email_sealed=None,
    )
    uow.intake.add([NewComment(own, digests, parent.thread.id)])
    uow.intake.mark_as_site(own.id, at=at)
    both = [own] if parent.status is Status.APPROVED else [parent, own]
    now = read_for_decision(uow, [comment.id for comment in both])
    proposals = [Proposal(comment, _approval(comment, by, at=at)) for comment in both]
    for refusal in record_many(uow, proposals, {comment.id: comment.revision for comment in now.values()}):
        if refusal is not None:
            raise refusal
    return replace(own, status=Status.APPROVED, revision=1)


def _approval(comment: Comment, by: DecidedBy, *, at: datetime) -> Decision:
    return Decision(
        id=new_id("dec", at=at),
        comment_id=comment.id,
        site_id=comment.site_id,
        action=Action.APPROVE,
        reason=Reason.CLEAN,
        by=by,
        at=at,
        revision=comment.revision + 1,
        status_before=comment.status,
        status_after=Status.APPROVED,
    )
