"""What the author of a comment may know of it, by the token that only the author has."""

import hmac

from moderation.comment import Comment
from moderation.errors import NotFound
from moderation.intake import status_token
from moderation.reasons import reason_named
from service.http.language import _
from service.resources import resources


def comment_of(token: str) -> Comment:
    """The comment that a status token opens. Raises NotFound for a token that was not issued here."""
    comment_id = token.rpartition(".")[0]
    expected = status_token(resources().store.sealer, comment_id)
    if not hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode("utf-8", "replace")):
        raise NotFound("comment")
    with resources().store.read() as uow:
        return uow.comments.get(comment_id)


def public_reason(reason: str) -> str:
    """The sentence that the author may read for a stored reason, in the reader's language; "" where there is none."""
    public = reason_named(reason).spec.public if reason else ""
    return _(public) if public else ""
