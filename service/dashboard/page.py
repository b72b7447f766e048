"""The page that a comment is on: closing it, opening it again, its key, and the site's own answers."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import answers, site_admin
from moderation.accounts import Scope
from moderation.closing import age_limit, is_closed
from moderation.comment import Comment, Status
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.queue import Order, Search
from moderation.store import UnitOfWork
from moderation.thread_key import MAX_KEY, normal_key
from moderation.unicode_text import is_blank
from service.dashboard.blueprint import bp
from service.dashboard.decide import back_to_place
from service.dashboard.filters import kept_args
from service.dashboard.notices import notices_of, outcome_of
from service.dashboard.session import actor, check_may_decide, readable
from service.http.errors import Forbidden
from service.http.language import _
from service.resources import resources

SHOWN = 20

SAID = {
    "closed": N_("The page is closed: new comments on it are held or rejected, as the policy says."),
    "opened": N_("The page is open again, and stays open whatever its age."),
    "moved": N_("The page has another key; the old one leads to it."),
    "merged": N_("The comments are on the other page now, and the old key leads there."),
}


@bp.get("/comments/<comment_id>/page")
def show_page(comment_id: str) -> str:
    """The other comments of the page, and what can be done with it."""
    now = resources().now()
    with resources().store.read() as uow:
        comment = readable(uow, comment_id)
        search = Search((comment.site_id,), None, thread=comment.thread.key, order=Order.NEWEST, limit=SHOWN)
        counts, listed = uow.queue.counts(search), uow.queue.page(search).comments
        notices = notices_of(uow, actor(), outcome_of(), at=now)
        policy = uow.sites.get(comment.site_id).policy
    said = request.args.get("said", "")
    return render_template(
        "dashboard/page.html",
        args=kept_args(request.args),
        comment=comment,
        comments=listed,
        counts=counts,
        too_old_at=age_limit(comment.thread, policy),
        is_closed=is_closed(comment.thread, policy, at=now),
        close_days=policy.close_days,
        notices=notices,
        said=_(SAID[said]) if said in SAID else "",
        may_decide=actor().may(comment.site_id, Scope.MODERATE),
        may_move=actor().may(comment.site_id, Scope.ADMIN),
        most_key=MAX_KEY,
    )


@bp.post("/comments/<comment_id>/page/close")
def close_page(comment_id: str) -> ResponseReturnValue:
    """Close the page, or open it again, whatever its age."""
    closes, at = "open" not in request.form, resources().now()

    def close(uow: UnitOfWork) -> None:
        comment = _mine(uow, comment_id)
        site_id, key, by_id = comment.site_id, comment.thread.key, actor().id
        if closes:
            site_admin.close_thread(uow, site_id, key, is_closed=True, by_id=by_id, at=at)
        else:
            site_admin.keep_open(uow, site_id, key, is_kept=True, by_id=by_id, at=at)

    resources().store.write(close)
    return _back(comment_id, "closed" if closes else "opened")


@bp.post("/comments/<comment_id>/page/move")
def move_page(comment_id: str) -> ResponseReturnValue:
    """Give the page another key; where a page has that one, put the comments of both there if the form says so."""
    key, merges, at = normal_key(request.form.get("key", "")), "merge" in request.form, resources().now()
    if is_blank(key):
        raise Invalid("key", Message(N_("give a key of 1 to %(most)s printable characters."), {"most": MAX_KEY}))

    def move(uow: UnitOfWork) -> None:
        comment = _mine(uow, comment_id)
        if not actor().may(comment.site_id, Scope.ADMIN):
            raise Forbidden(Message(N_("Only the owners of a site move its pages.")))
        act = site_admin.merge_threads if merges else site_admin.move_thread
        act(uow, comment.site_id, comment.thread.key, key, by_id=actor().id, at=at)

    resources().store.write(move)
    return _back(comment_id, "merged" if merges else "moved")


@bp.post("/comments/<comment_id>/answer")
def answer(comment_id: str) -> ResponseReturnValue:
    """Answer as the site; a comment that waits is approved with it."""
    here = resources()
    with here.store.read() as uow:
        was_waiting = _mine(uow, comment_id).status is Status.PENDING
    answers.answer(here.store, here.dispatch, comment_id, request.form.get("body", ""), actor().by, at=here.now())
    with here.store.read() as uow:
        made = uow.decisions.history(comment_id)[-1:] if was_waiting else []
    return back_to_place([], made=made)


def _mine(uow: UnitOfWork, comment_id: str) -> Comment:
    """The comment, where the moderator decides about it. Raises NotFound, Forbidden."""
    comment = readable(uow, comment_id)
    check_may_decide(comment.site_id)
    return comment


def _back(comment_id: str, said: str) -> ResponseReturnValue:
    there: dict[str, Any] = {**kept_args(request.args), "comment_id": comment_id, "said": said}
    return redirect(url_for("dashboard.show_page", **there), code=303)
