"""Where a moderator is signed in: their sessions, each of which can be ended."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import account_admin
from service.auth.actors import SESSION_COOKIE
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.resources import resources


@bp.get("/sessions")
def show_sessions() -> str:
    """The sessions that have not ended."""
    token, at = request.cookies.get(SESSION_COOKIE, ""), resources().now()
    with resources().store.read() as uow:
        sessions = uow.accounts.sessions(actor().id, token, at=at)
    return render_template("dashboard/sessions.html", sessions=sessions)


@bp.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> ResponseReturnValue:
    """End one of one's own sessions."""
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: account_admin.end_session(uow, by_id, session_id, by_id=by_id, at=at))
    return redirect(url_for("dashboard.show_sessions", ended=1), code=303)
