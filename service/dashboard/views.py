"""Saved views: the filters of a list under a name, for oneself or for all moderators.

A view keeps no e-mail address, or one would outlive the erasure of its owner: an author is found by a comment.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation.accounts import Scope
from moderation.errors import Invalid
from moderation.ids import new_id
from moderation.messages import N_, Message
from moderation.queue import Order, Search, is_address
from moderation.saved_view import SavedView
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.filters import asked_args, kept_args, opened
from service.dashboard.session import actor
from service.resources import resources

MOST = 50
MAX_NAME = 60


@bp.post("/views")
def save_view() -> ResponseReturnValue:
    """Save the list that the form's address asks for."""
    name, args, at = request.form.get("name", "").strip(), kept_args(request.args), resources().now()
    args.pop("cursor", None)
    kept = _without_address(args)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise Invalid("name", Message(N_("give a name of 1 to %(most)s printable characters."), {"most": MAX_NAME}))
    view = SavedView(new_id("view", at=at), actor().id, name, urlencode(kept), "shared" in request.form, at)

    def save(uow: UnitOfWork) -> None:
        if uow.saved_views.count_of(actor().id) >= MOST:
            raise Invalid("name", Message(N_("you have %(most)s views; remove one first."), {"most": MOST}))
        uow.saved_views.add(view)

    resources().store.write(save)
    return _to_list(args)


@bp.post("/views/<view_id>/remove")
def remove_view(view_id: str) -> ResponseReturnValue:
    """Remove a view of one's own."""
    if "\0" not in view_id:
        resources().store.write(lambda uow: uow.saved_views.remove(view_id, actor().id))
    return _to_list(kept_args(request.args))


def _without_address(args: dict[str, str]) -> dict[str, str]:
    """The filters with an author's newest comment instead of the address. A mail domain stays, as it was typed."""
    author = opened(args.get("author", ""), resources().store.sealer)
    if not is_address(author):
        return args | ({"author": author} if author else {})
    search = Search(sites=actor().sites(Scope.READ), status=None, author=author, order=Order.NEWEST, limit=1)
    with resources().store.read() as uow:
        found = uow.queue.page(search).comments
    if not found or "author_of" in args:
        raise Invalid(
            "author", Message(N_("a saved view keeps no email address; take the author's filter off first."))
        )
    return {field: value for field, value in args.items() if field != "author"} | {"author_of": found[0].id}


def _to_list(args: dict[str, Any]) -> ResponseReturnValue:
    return redirect(url_for("dashboard.show_queue", **args), code=303)


def views_of(uow: UnitOfWork) -> list[tuple[SavedView, dict[str, str]]]:
    """The views that the moderator sees, each with its filters; none about a site that they may not read."""
    sites, sealer = actor().sites(Scope.READ), resources().store.sealer
    seen = [(view, asked_args(dict(parse_qsl(view.query)), sealer)) for view in uow.saved_views.seen_by(actor().id)]
    return [(view, args) for view, args in seen if args.get("site", "") in ("", *sites)]
