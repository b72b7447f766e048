"""Saved views: the filters of a list under a name, for oneself or for all moderators."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation.accounts import Scope
from moderation.errors import Invalid
from moderation.ids import new_id
from moderation.messages import N_, Message
from moderation.saved_view import SavedView
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.filters import kept_args
from service.dashboard.session import actor
from service.resources import resources

MOST = 50
MAX_NAME = 60


@bp.post("/views")
def save_view() -> ResponseReturnValue:
    """Save the list that the form's address asks for."""
    name, args, at = request.form.get("name", "").strip(), kept_args(request.args), resources().now()
    args.pop("cursor", None)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise Invalid("name", Message(N_("give a name of 1 to %(most)s printable characters."), {"most": MAX_NAME}))
    view = SavedView(new_id("view", at=at), actor().id, name, urlencode(args), "shared" in request.form, at)

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


def _to_list(args: dict[str, Any]) -> ResponseReturnValue:
    return redirect(url_for("dashboard.show_queue", **args), code=303)


def views_of(uow: UnitOfWork) -> list[tuple[SavedView, dict[str, str]]]:
    """The views that the moderator sees, each with its filters; none about a site that they may not read."""
    sites = actor().sites(Scope.READ)
    seen = [(view, kept_args(dict(parse_qsl(view.query)))) for view in uow.saved_views.seen_by(actor().id)]
    return [(view, args) for view, args in seen if args.get("site", "") in ("", *sites)]
