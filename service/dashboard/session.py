"""The session cookie, the CSRF token of every form, and what a moderator may do on a site."""

from datetime import timedelta

from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue

from moderation.accounts import Actor, Scope
from moderation.comment import Comment
from moderation.errors import NotFound
from moderation.ids import new_token
from moderation.messages import N_, Message
from moderation.privacy import network_of
from moderation.store import UnitOfWork
from service.auth import csrf, known_browser
from service.auth.actors import SESSION_COOKIE
from service.dashboard.login_redirect import OPEN, sign_in_first
from service.dashboard.mail_actor import actor_by_link
from service.http.errors import CookieMissing, Forbidden, StaleForm
from service.resources import resources

VISITOR_COOKIE = "rejoinder_visitor"
"""The cookie that sign-in forms are bound to, before there is a session."""

IDLE = timedelta(hours=24)
ABSOLUTE = timedelta(days=14)
GRAIN = timedelta(hours=1)
"""A session is prolonged at most this often, so that reading pages does not write."""

WITHOUT_TOKEN = frozenset({"dashboard.stop_mail"})
"""The forms that others may send: mail programs do when their user unsubscribes (RFC 8058). Its URL is signed."""


def require_session() -> ResponseReturnValue | None:
    """Before every request: load the moderator or redirect to sign-in, and check the CSRF token of forms."""
    if request.endpoint == "dashboard.static":
        return None
    g.actor = _signed_in()
    g.is_signed_in = g.actor is not None
    if g.actor is None:
        g.actor = actor_by_link()
    if g.actor is None and request.endpoint not in OPEN:
        place = sign_in_first()
        return ({"sign_in": place}, 401) if wants_json() else redirect(place, code=303)
    if request.method == "POST" and request.endpoint not in WITHOUT_TOKEN:
        _check_form()
    return None


def wants_json() -> bool:
    """Whether the script asks, rather than a form."""
    return request.accept_mimetypes.best == "application/json"


def keep_visitor(response: Response) -> Response:
    """After a request: give the cookie that a sign-in form was bound to."""
    if visitor := g.pop("new_visitor", ""):
        set_cookie(response, VISITOR_COOKIE, visitor, lifetime=timedelta(hours=1))
    return response


def start_session(uow: UnitOfWork, moderator_id: str) -> str:
    """A new session's token. It is never one that the browser had before, which prevents session fixation."""
    if old := request.cookies.get(SESSION_COOKIE):
        uow.accounts.end_session(old)
    return uow.accounts.issue_sign_in(moderator_id, kind="session", lifetime=IDLE, at=resources().now())


def admit_attempt(name: str, moderator_id: str) -> None:
    """Count an attempt with a moderator's password. moderator_id: "" for an unknown name. Raises TooMany."""
    resources().limiter.admit_sign_in(network_of(request.remote_addr or ""), name, browser=_browser_of(moderator_id))


def admit_code(moderator_id: str) -> None:
    """Count an attempt with a code of a moderator's second factor. Raises TooMany."""
    network = network_of(request.remote_addr or "")
    resources().limiter.admit_code(network, moderator_id, browser=_browser_of(moderator_id))


def set_cookie(response: Response, name: str, value: str, *, lifetime: timedelta) -> None:
    """A cookie that no script reads and no other site's form sends; where there is HTTPS, nothing else carries it."""
    is_https = resources().settings.public_url.startswith("https://")
    response.set_cookie(
        name, value, max_age=lifetime, secure=is_https, httponly=True, samesite="Lax", path=cookie_path()
    )


def cookie_path() -> str:
    """Where our cookies belong: with a path in the public URL the rest of the host is somebody else's."""
    return resources().settings.public_path or "/"


def actor() -> Actor:
    """The moderator who is asking."""
    found: Actor = g.actor
    return found


def actor_or_none() -> Actor | None:
    """The moderator who is signed in, None on the pages that are open to everybody."""
    found: Actor | None = g.get("actor") if g.get("is_signed_in") else None
    return found


def csrf_token() -> str:
    """A token for a form of this page."""
    return csrf.issue_token(resources().store.sealer, bound_to() or _new_visitor())


def readable(uow: UnitOfWork, comment_id: str) -> Comment:
    """The comment, if this moderator may read its site. Raises NotFound, as if it were not there."""
    comment = uow.comments.get(comment_id)
    if not actor().may(comment.site_id, Scope.READ):
        raise NotFound("comment", comment_id)
    return comment


def check_may_decide(site_id: str) -> None:
    """Refuse a viewer. To whom the site is closed altogether it is already unknown."""
    if not actor().may(site_id, Scope.MODERATE):
        raise Forbidden(Message(N_("You are a viewer of this site. Ask one of its owners to make you a moderator.")))


def _signed_in() -> Actor | None:
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        return None
    now = resources().now()
    with resources().store.read() as uow:
        found = uow.accounts.actor_of_session(token, at=now)
        ends_at = uow.accounts.session_ends_at(token)
    if found and ends_at and ends_at - now < IDLE - GRAIN:
        resources().store.write(lambda uow: uow.accounts.prolong_session(token, idle=IDLE, absolute=ABSOLUTE, at=now))
    return found


def _browser_of(moderator_id: str) -> str:
    """What identifies this browser, if this moderator has signed in here before; else ""."""
    cookie = request.cookies.get(known_browser.COOKIE, "")
    return known_browser.known_browser(resources().store.sealer, cookie, moderator_id) if moderator_id else ""


def _check_form() -> None:
    if not bound_to():
        raise CookieMissing(_cookie_remedy(resources().settings.public_url))
    if not csrf.is_ours(resources().store.sealer, request.form.get(csrf.FIELD, ""), bound_to()):
        raise StaleForm(Message(N_("It belongs to another session. Go back, load the page again and try once more.")))


def _cookie_remedy(public_url: str) -> Message:
    """Why a browser may not send the cookie: above all a Secure one on a page that was opened over plain http."""
    remedy = _NEEDS_HTTPS if public_url.startswith("https://") else _NEEDS_COOKIES
    return Message(remedy, {"url": f"{public_url}/dashboard/"})


_NEEDS_HTTPS = N_(
    "Signing in needs https: open %(url)s. If you did, allow cookies for this address, "
    "and load the form again if it was open for more than an hour."
)
_NEEDS_COOKIES = N_(
    "Open %(url)s and allow cookies for this address, and load the form again if it was open for more than an hour."
)


def bound_to() -> str:
    """The cookie that forms and challenges are bound to: the session where there is one. "" without one."""
    return request.cookies.get(SESSION_COOKIE if g.get("is_signed_in") else VISITOR_COOKIE, "")


def _new_visitor() -> str:
    if "new_visitor" not in g:
        g.new_visitor = new_token()
    return str(g.new_visitor)
