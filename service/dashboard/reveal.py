"""An author's email address, shown once on request and never without an audit entry."""

from moderation import site_admin
from moderation.comment import Email
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.comment import comment_page
from service.dashboard.session import actor, check_may_decide, readable
from service.resources import resources


@bp.post("/comments/<comment_id>/email")
def reveal_email(comment_id: str) -> str:
    """The comment's page with the address on it, this one time."""
    address = resources().store.write(lambda uow: _revealed(uow, comment_id))
    return comment_page(comment_id, address=address.reveal())


def _revealed(uow: UnitOfWork, comment_id: str) -> Email:
    comment = readable(uow, comment_id)
    check_may_decide(comment.site_id)
    return site_admin.reveal_email(uow, comment, by_id=actor().id, at=resources().now())
