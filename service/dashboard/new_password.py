"""Setting a new password without the old one, by a link that was mailed to its moderator."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from moderation.account_admin import replace_password
from moderation.accounts import Moderator
from moderation.errors import Invalid
from moderation.sign_ins import note_failed_sign_in
from moderation.store import UnitOfWork
from service.auth.passwords import hash_password
from service.dashboard.blueprint import bp
from service.dashboard.session import admit_attempt
from service.http.language import text_of
from service.resources import resources


@bp.get("/new-password/<token>")
def show_new_password(token: str) -> ResponseReturnValue:
    """The form. Looking at it does not use the link up."""
    return _form(token) if _moderator_of(token) else _refused()


@bp.post("/new-password/<token>")
def set_new_password(token: str) -> ResponseReturnValue:
    """Set the password and end all sessions. It starts none, so that a second factor is still asked for."""
    moderator = _moderator_of(token)
    if moderator is None:
        return _refused()
    try:
        password_hash = hash_password(request.form.get("password", ""), moderator.name)
    except Invalid as problem:
        return _form(token, text_of(problem.problem)), 422
    if not resources().store.write(lambda uow: _replaced(uow, token, password_hash)):
        return _refused()
    return render_template("dashboard/new_password.html", is_done=True)


def _replaced(uow: UnitOfWork, token: str, password_hash: str) -> bool:
    """Use the link; false when it was used meanwhile."""
    at = resources().now()
    moderator_id = uow.accounts.redeem_link(token, kind="new password", at=at)
    if moderator_id is None:
        return False
    replace_password(uow, moderator_id, password_hash, at=at)
    return True


def _moderator_of(token: str) -> Moderator | None:
    with resources().store.read() as uow:
        moderator_id = uow.accounts.holder(token, kind="new password", at=resources().now())
        return uow.accounts.moderator(moderator_id) if moderator_id else None


def _refused() -> ResponseReturnValue:
    if request.method == "POST":
        admit_attempt("", "")  # only failures count
        resources().store.write(lambda uow: note_failed_sign_in(uow, "", way="link", at=resources().now()))
    return render_template("dashboard/new_password.html", token="", problem=""), 410


def _form(token: str, problem: str = "") -> str:
    return render_template("dashboard/new_password.html", token=token, problem=problem)
