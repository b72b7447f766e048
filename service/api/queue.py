"""What moderators read: the queue, one comment with everything about it, and its author's address."""

from typing import Any

from moderation import site_admin
from moderation.accounts import Scope
from moderation.comment import Email, Status
from moderation.queue import Search
from moderation.store import UnitOfWork
from service.auth.actors import actor, check_may, require
from service.http.request_parsing import load_query
from service.rate_limits.reads import count_read
from service.resources import resources
from service.schemas.review import ANY, AROUND, EMAIL, QUEUE_PAGE, QUEUE_QUERY, SCORED_COMMENT

Answer = dict[str, Any]


def list_queue() -> Answer:
    """List comments of all your sites: by default the pending ones, oldest first."""
    asked = load_query(QUEUE_QUERY)
    count_read()
    search = Search(
        sites=_sites_asked(asked["site"]),
        status=None if asked["status"] == ANY else Status(asked["status"]),
        reason=asked["reason"],
        author=asked["author"],
        thread=asked["thread"],
        text=asked["text"],
        order=asked["sort"],
        limit=asked["limit"],
        cursor=asked["cursor"],
    )
    with resources().store.read() as uow:
        page = uow.queue.page(search)
    answer: Answer = QUEUE_PAGE.dump({"comments": page.comments, "next": page.next_cursor or None})
    return answer


def show_comment(comment_id: str) -> Answer:
    """Read one comment: its score with the evidence, the history of its decisions, what its author wrote before."""
    with resources().store.read() as uow:
        detail = uow.queue.detail(comment_id)
    check_may(Scope.READ, detail.comment.site_id, "comment", comment_id)
    return {**SCORED_COMMENT.dump(detail.comment), **AROUND.dump(detail)}


def reveal_email(comment_id: str) -> Answer:
    """Reveal the address of a comment's author. The audit trail says who did so, and when."""
    reader, at = actor(), resources().now()

    def reveal(uow: UnitOfWork) -> Email:
        comment = uow.comments.get(comment_id)
        check_may(Scope.MODERATE, comment.site_id, "comment", comment_id)
        return site_admin.reveal_email(uow, comment, by_id=reader.id, at=at)

    email = resources().store.write(reveal)
    answer: Answer = EMAIL.dump({"email": email.reveal()})
    return answer


def _sites_asked(site_id: str) -> tuple[str, ...]:
    if site_id:
        require(Scope.READ, site_id)
        return (site_id,)
    return actor().sites(Scope.READ)
