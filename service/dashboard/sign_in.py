"""Signing in, by a one-time link or by name and password, and signing out."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.messages import N_
from moderation.privacy import network_of
from moderation.store import UnitOfWork
from service.auth.actors import SESSION_COOKIE
from service.auth.passwords import is_right
from service.dashboard.blueprint import bp
from service.dashboard.login_redirect import page_after_sign_in
from service.dashboard.session import ABSOLUTE, cookie_path, set_cookie, start_session
from service.http.language import _
from service.resources import resources

_UNDONE = N_("You were signed out, so your last action was not carried out. Sign in and repeat it.")


@bp.get("/sign-in")
def show_sign_in() -> str:
    """The form for name and password."""
    return _form(request.args.get("next", ""), problem=_(_UNDONE) if "undone" in request.args else "")


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Start a session for the right name and password. Every wrong pair gets the same answer after the same work."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    wanted = request.form.get("next", "")
    resources().limiter.admit_sign_in(network_of(request.remote_addr or ""), name)
    moderator_id = _moderator_with(name, password)
    if moderator_id is None:
        problem = _("Wrong name or password.")
        return _form(wanted, name=name, problem=problem), 401
    return _signed_in(resources().store.write(lambda uow: start_session(uow, moderator_id)), wanted)


@bp.get("/sign-in/<token>")
def show_link(token: str) -> str:
    """A page with a button: mail programs and chats fetch links, and must not use this one up."""
    return render_template("dashboard/link.html", token=token)


@bp.post("/sign-in/<token>")
def use_link(token: str) -> ResponseReturnValue:
    """Start a session for a one-time link."""
    session = resources().store.write(lambda uow: _redeemed(uow, token))
    if session is None:
        problem = _("This link was used before or has expired. Ask for a new one.")
        return _form(problem=problem), 401
    return _signed_in(session)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session here and in the store."""
    token = request.cookies.get(SESSION_COOKIE, "")
    resources().store.write(lambda uow: uow.accounts.end_session(token))
    response = make_response(redirect(url_for("dashboard.show_sign_in"), code=303))
    response.delete_cookie(SESSION_COOKIE, path=cookie_path())
    return response


def _moderator_with(name: str, password: str) -> str | None:
    with resources().store.read() as uow:
        found = uow.accounts.moderator_named(name) if "\0" not in name else None
    known = found if found and found.disabled_at is None else None
    return known.id if is_right(known.password_hash if known else "", password) and known else None


def _redeemed(uow: UnitOfWork, token: str) -> str | None:
    moderator_id = uow.accounts.redeem_link(token, at=resources().now())
    return start_session(uow, moderator_id) if moderator_id else None


def _form(wanted: str = "", *, name: str = "", problem: str = "") -> str:
    kept = page_after_sign_in(wanted)
    return render_template("dashboard/sign_in.html", name=name, problem=problem, wanted=kept)


def _signed_in(token: str, wanted: str = "") -> ResponseReturnValue:
    response = make_response(redirect(page_after_sign_in(wanted), code=303))
    set_cookie(response, SESSION_COOKIE, token, lifetime=ABSOLUTE)
    return response
