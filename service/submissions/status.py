"""What the author of a comment may know of it, by the token that only the author has."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from moderation import author_rights
from moderation.appeals import Appeal, may_be_appealed
from moderation.comment import Comment, Status
from moderation.errors import NotFound
from moderation.intake import status_token
from moderation.reasons import reason_named
from moderation.statement import Statement, statement_of
from moderation.store import UnitOfWork
from service.http.language import _
from service.resources import resources


@dataclass(frozen=True, slots=True)
class Standing:
    """A comment as its author sees it.

    statement: about its newest decision, None before the first. editable_until: None when it cannot be edited now.
    appeal: the newest, if any. appealable: whether the author may object to the newest decision.
    """

    comment: Comment
    statement: Statement | None
    editable_until: datetime | None
    appeal: Appeal | None
    appealable: bool

    @property
    def is_withdrawn(self) -> bool:
        """Whether the author withdrew it."""
        return not author_rights.may_withdraw(self.comment)

    @property
    def is_shown_as_before(self) -> bool:
        """Whether readers see the text before an edit, which waits."""
        return self.comment.status is Status.PENDING and bool(self.comment.public_body)

    @property
    def is_published(self) -> bool:
        """Whether readers can read it, be it as it was before an edit."""
        return self.comment.status is Status.APPROVED or self.is_shown_as_before

    @property
    def reason(self) -> str:
        """The sentence that the author may read, in the reader's language; "" where there is none."""
        return public_reason(self.comment.reason)


def comment_id_of(token: str) -> str:
    """The id of the comment that a status token opens. Raises NotFound for a token that was not issued here."""
    comment_id = token.rpartition(".")[0]
    expected = status_token(resources().store.sealer, comment_id)
    if not hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode("utf-8", "replace")):
        raise NotFound("comment")
    return comment_id


def standing_of(token: str) -> Standing:
    """How the comment stands that a status token opens. Raises NotFound."""
    comment_id = comment_id_of(token)
    with resources().store.read() as uow:
        return read_standing(uow, comment_id)


def read_standing(uow: UnitOfWork, comment_id: str) -> Standing:
    """How a comment stands. Raises NotFound."""
    comment, last = uow.comments.get(comment_id), uow.decisions.last(comment_id)
    filed = uow.appeals.about(comment_id)
    is_new = last is not None and all(each.decision_id != last.id for each in filed)
    policy, at = uow.sites.get(comment.site_id).policy, resources().now()
    return Standing(
        comment,
        statement_of(last) if last else None,
        author_rights.editable_until(comment, policy) if author_rights.may_edit(comment, policy, at=at) else None,
        filed[-1] if filed else None,
        is_new and may_be_appealed(comment, last),
    )


def public_reason(reason: str) -> str:
    """The sentence that the author may read for a stored reason, in the reader's language; "" where there is none."""
    public = reason_named(reason).spec.public if reason else ""
    return _(public) if public else ""
