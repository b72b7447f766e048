"""Signing in, by a one-time link or by name and password, and signing out."""

from datetime import datetime

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.accounts import Moderator
from moderation.errors import NotFound
from moderation.mail.announce import ask_for_link, ask_for_new_password
from moderation.messages import N_
from moderation.privacy import network_of
from moderation.sign_ins import note_failed_sign_in
from moderation.store import UnitOfWork
from service.auth.actors import SESSION_COOKIE
from service.auth.passkeys import party_of
from service.auth.passwords import is_right
from service.dashboard.blueprint import bp
from service.dashboard.entry import Entry, enter, entered
from service.dashboard.login_redirect import page_after_sign_in
from service.dashboard.session import admit_attempt, cookie_path
from service.http.language import _
from service.resources import resources

_UNDONE = N_("You were signed out, so your last action was not carried out. Sign in and repeat it.")

_NO_PASSKEY = N_("This passkey was refused. Try again, or sign in with your password.")


@bp.get("/sign-in")
def show_sign_in() -> str:
    """The form for name and password."""
    problem = _UNDONE if "undone" in request.args else _NO_PASSKEY if "passkey" in request.args else ""
    return _form(request.args.get("next", ""), problem=_(problem) if problem else "")


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Start a session for the right name and password. Every wrong pair gets the same answer after the same work."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    wanted = request.form.get("next", "")
    moderator = _moderator_named(name)
    admit_attempt(name, moderator.id if moderator else "")
    if not (is_right(moderator.password_hash if moderator else "", password) and moderator):
        moderator_id = moderator.id if moderator else ""
        resources().store.write(lambda uow: note_failed_sign_in(uow, moderator_id, way="password", at=_now()))
        problem = _("Wrong name or password.")
        return _form(wanted, name=name, problem=problem), 401
    found = moderator
    return entered(resources().store.write(lambda uow: enter(uow, found.id, "password")), wanted)


@bp.post("/sign-in/mail")
def mail_link() -> str:
    """Mail a link that signs in, or one that sets a new password, to the moderator of this name.

    The answer is the same whether there is one or not.
    """
    name = request.form.get("name", "").strip()
    if resources().settings.smtp is None:
        raise NotFound("page")
    resources().limiter.admit_link(network_of(request.remote_addr or ""), name)
    moderator = _moderator_named(name)
    moderator_id = moderator.id if moderator else ""
    ask = ask_for_new_password if "forgotten" in request.form else ask_for_link
    resources().store.write(lambda uow: ask(uow, moderator_id, at=_now()))
    resources().dispatch.ring("delivery")
    return _form(said=_("If a moderator of this name has an email address, a link is on its way to it."))


@bp.get("/sign-in/<token>")
def show_link(token: str) -> str:
    """A page with a button: mail programs and chats fetch links, and must not use this one up."""
    return render_template("dashboard/link.html", token=token)


@bp.post("/sign-in/<token>")
def use_link(token: str) -> ResponseReturnValue:
    """Start a session for a one-time link."""
    entry = resources().store.write(lambda uow: _redeemed(uow, token))
    if entry is None:
        admit_attempt("", "")  # only failures count, and what is refused here is not audited
        resources().store.write(lambda uow: note_failed_sign_in(uow, "", way="link", at=_now()))
        problem = _("This link was used before or has expired. Ask for a new one.")
        return _form(problem=problem), 401
    return entered(entry)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session here and in the store."""
    token = request.cookies.get(SESSION_COOKIE, "")
    resources().store.write(lambda uow: uow.accounts.end_session(token))
    response = make_response(redirect(url_for("dashboard.show_sign_in"), code=303))
    response.delete_cookie(SESSION_COOKIE, path=cookie_path())
    return response


def _moderator_named(name: str) -> Moderator | None:
    """The enabled moderator of this name."""
    with resources().store.read() as uow:
        found = uow.accounts.moderator_named(name) if "\0" not in name else None
    return found if found and found.disabled_at is None else None


def _redeemed(uow: UnitOfWork, token: str) -> Entry | None:
    """What a link starts; None when it does not work."""
    moderator_id = uow.accounts.redeem_link(token, at=_now())
    return enter(uow, moderator_id, "link") if moderator_id else None


def _now() -> datetime:
    return resources().now()


def _form(wanted: str = "", *, name: str = "", problem: str = "", said: str = "") -> str:
    return render_template(
        "dashboard/sign_in.html",
        name=name,
        problem=problem,
        said=said,
        wanted=page_after_sign_in(wanted),
        has_mail=resources().settings.smtp is not None,
        has_passkeys=party_of(resources().settings.public_url) is not None,
    )
