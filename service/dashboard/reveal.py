"""An author's e-mail address, shown once to whoever has a reason to see it, and never without an audit entry."""

from moderation import ownership
from moderation.comment import Email
from moderation.store import Rows
from service.dashboard.access import actor, check_may_decide, readable
from service.dashboard.comment import comment_page
from service.dashboard.frame import bp
from service.resources import resources


@bp.post("/comments/<comment_id>/email")
def reveal_email(comment_id: str) -> str:
    """The comment's page with the address on it, this one time."""
    address = resources().store.write(lambda rows: _revealed(rows, comment_id))
    return comment_page(comment_id, address=address.reveal())


def _revealed(rows: Rows, comment_id: str) -> Email:
    comment = readable(rows, comment_id)
    check_may_decide(comment.site_id)
    return ownership.reveal_email(rows, comment, by_id=actor().id, at=resources().now())
