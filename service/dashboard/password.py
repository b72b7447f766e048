"""Setting one's own password. A moderator who signed in by a link has none yet."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.store import UnitOfWork
from service.auth.actors import SESSION_COOKIE
from service.auth.passwords import hash_password, is_right
from service.dashboard.blueprint import bp
from service.dashboard.session import ABSOLUTE, actor, admit_attempt, set_cookie, start_session
from service.http.language import text_of
from service.resources import resources


@bp.get("/password")
def show_password() -> str:
    """The form, and the confirmation afterwards."""
    return render_template("dashboard/password.html", has_password=has_password(), problem="")


@bp.post("/password")
def set_password() -> ResponseReturnValue:
    """Set the password and end every other session, so that the old password is of no use."""
    try:
        new_hash = _checked_hash()
    except Invalid as problem:
        page = render_template(
            "dashboard/password.html", has_password=has_password(), problem=text_of(problem.problem)
        )
        return page, 422
    token = resources().store.write(lambda uow: _changed(uow, new_hash))
    response = make_response(redirect(url_for("dashboard.show_password", saved=1), code=303))
    set_cookie(response, SESSION_COOKIE, token, lifetime=ABSOLUTE)
    return response


def has_password() -> bool:
    """Whether the moderator has a password, so that a form has to ask for it."""
    return bool(_current_hash())


def check_current_password() -> None:
    """Check the password in a form that changes how somebody signs in, if they have one. Raises Invalid, TooMany."""
    current = _current_hash()
    if current:
        admit_attempt(actor().name, actor().id)
    if current and not is_right(current, request.form.get("current", "")):
        raise Invalid(
            "current",
            Message(
                N_("The current password is wrong. The server's administrator can send you a link to set a new one.")
            ),
        )


def _checked_hash() -> str:
    check_current_password()
    return hash_password(request.form.get("password", ""), actor().name)


def _current_hash() -> str:
    with resources().store.read() as uow:
        found = uow.accounts.moderator_named(actor().name)
    return found.password_hash if found else ""


def _changed(uow: UnitOfWork, password_hash: str) -> str:
    uow.accounts.set_password(actor().id, password_hash)
    uow.accounts.end_sessions(actor().id)
    return start_session(uow, actor().id)
