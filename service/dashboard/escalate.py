"""Ask a colleague to decide about a comment, with a note; what waits for the reader is listed on top of the queue."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation import claims
from moderation.claim import Claim
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.filters import kept_args
from service.dashboard.session import actor, check_may_decide, readable
from service.resources import resources


@bp.post("/comments/<comment_id>/escalate")
def escalate(comment_id: str) -> ResponseReturnValue:
    """Ask the moderator whom the form names."""
    for_id, note, at = request.form.get("for", ""), request.form.get("note", "").strip(), resources().now()

    def ask(uow: UnitOfWork) -> Claim:
        comment = readable(uow, comment_id)
        check_may_decide(comment.site_id)
        return claims.escalate(uow, comment, for_id, note, actor().by, at=at)

    resources().store.write(ask)
    there: dict[str, Any] = {**kept_args(request.args), "comment_id": comment_id}
    return redirect(url_for("dashboard.show_comment", **there), code=303)
