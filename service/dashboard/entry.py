"""What follows a right password or a used link: a session, or first the second step, where one is asked for."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from moderation.sign_ins import Way, note_sign_in
from moderation.store import UnitOfWork
from service.auth import known_browser
from service.auth.actors import SESSION_COOKIE
from service.dashboard.login_redirect import page_after_sign_in
from service.dashboard.session import ABSOLUTE, cookie_path, set_cookie, start_session
from service.resources import resources

HALF_COOKIE = "rejoinder_half"
"""The cookie of somebody who has taken the first of two steps. It opens nothing but the page of the second one."""

HALF_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Entry:
    """token: of a session, or of the first half of a sign-in."""

    moderator_id: str
    token: str
    is_half: bool


def enter(uow: UnitOfWork, moderator_id: str, way: Way) -> Entry:
    """Start a session, or ask for the second factor first."""
    if uow.second_factors.is_on(moderator_id):
        at = resources().now()
        token = uow.accounts.issue_sign_in(moderator_id, kind="half", lifetime=HALF_LIFETIME, at=at)
        return Entry(moderator_id, token, is_half=True)
    return enter_at_once(uow, moderator_id, way)


def enter_at_once(uow: UnitOfWork, moderator_id: str, way: Way) -> Entry:
    """Start a session."""
    note_sign_in(uow, moderator_id, way=way, at=resources().now())
    return Entry(moderator_id, start_session(uow, moderator_id), is_half=False)


def entered(entry: Entry, wanted: str = "") -> ResponseReturnValue:
    """To the page that was asked for, or to the second step."""
    if entry.is_half:
        page = page_after_sign_in(wanted)
        response = make_response(redirect(url_for("dashboard.show_second_step", next=page), code=303))
        set_cookie(response, HALF_COOKIE, entry.token, lifetime=HALF_LIFETIME)
        return response
    response = make_response(redirect(page_after_sign_in(wanted), code=303))
    set_cookie(response, SESSION_COOKIE, entry.token, lifetime=ABSOLUTE)
    known = known_browser.issue_cookie(resources().store.sealer, entry.moderator_id)
    set_cookie(response, known_browser.COOKIE, known, lifetime=known_browser.LIFETIME)
    return forgetting_half(response)


def forgetting_half(response: Response) -> Response:
    """Without the cookie of the first step."""
    response.delete_cookie(HALF_COOKIE, path=cookie_path())
    return response
