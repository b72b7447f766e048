"""The second step of signing in: a code of the authenticator app, or a recovery code."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation.second_factors import way_of
from moderation.sign_ins import note_failed_sign_in
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.entry import HALF_COOKIE, Entry, enter_at_once, entered
from service.dashboard.login_redirect import page_after_sign_in
from service.dashboard.session import admit_code
from service.http.language import _
from service.resources import resources


@bp.get("/sign-in/code")
def show_second_step() -> ResponseReturnValue:
    """The form, for whoever has taken the first step."""
    return _form(request.args.get("next", "")) if _moderator_half_in() else _first_step()


@bp.post("/sign-in/code")
def take_second_step() -> ResponseReturnValue:
    """Start a session for a right code, which is used up with it."""
    moderator_id, code = _moderator_half_in(), request.form.get("code", "")
    if moderator_id is None:
        return _first_step()
    admit_code(moderator_id)
    entry = resources().store.write(lambda uow: _entry(uow, moderator_id, code))
    if entry is None:
        problem = _("This code is wrong or was used before. Wait for the next one, or give a recovery code.")
        return _form(request.form.get("next", ""), problem), 401
    return entered(entry, request.form.get("next", ""))


def _entry(uow: UnitOfWork, moderator_id: str, code: str) -> Entry | None:
    at = resources().now()
    way = way_of(uow, moderator_id, code, at=at)
    if way is None:
        note_failed_sign_in(uow, moderator_id, way="code", at=at)
        return None
    uow.accounts.end_session(request.cookies.get(HALF_COOKIE, ""))
    return enter_at_once(uow, moderator_id, way)


def _moderator_half_in() -> str | None:
    with resources().store.read() as uow:
        return uow.accounts.holder(request.cookies.get(HALF_COOKIE, ""), kind="half", at=resources().now())


def _first_step() -> ResponseReturnValue:
    wanted = page_after_sign_in(request.values.get("next", ""))
    return redirect(url_for("dashboard.show_sign_in", next=wanted), code=303)


def _form(wanted: str, problem: str = "") -> str:
    return render_template("dashboard/second_step.html", wanted=page_after_sign_in(wanted), problem=problem)
