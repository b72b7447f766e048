"""The author's view of one comment."""

import hmac
from typing import Any

from moderation.comment import Comment
from moderation.decision import public_reason
from moderation.errors import NotFound
from moderation.intake import status_token
from service.http.cors import readable_by_any_page
from service.resources import resources
from service.schemas.threads import STATUS


@readable_by_any_page
def show_status(token: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Ask what became of a comment. Only who sent it has the address of this."""
    comment = comment_of(token)
    told = {"id": comment.id, "status": comment.status.value, "reason": public_reason(comment.reason)}
    return STATUS.dump(told), {"X-Robots-Tag": "noindex"}


def comment_of(token: str) -> Comment:
    """The comment that a status token opens. Raises NotFound for a token that we did not make."""
    comment_id = token.rpartition(".")[0]
    expected = status_token(resources().store.sealer, comment_id)
    if not hmac.compare_digest(token.encode("utf-8", "replace"), expected.encode("utf-8", "replace")):
        raise NotFound("comment")
    with resources().store.read() as uow:
        return uow.comments.get(comment_id)
