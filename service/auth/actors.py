"""Who makes a request, and what they may do: a key in the Authorization header, or a moderator's session cookie."""

from flask import g, request

from moderation.accounts import Actor, Scope
from moderation.errors import NotFound
from moderation.messages import N_, Message
from service.auth import csrf
from service.http.errors import Forbidden, Unauthorized
from service.resources import resources

SESSION_COOKIE = "rejoinder_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def require(scope: Scope, site_id: str | None = None) -> Actor:
    """The actor, if they have this scope on the site, or on any site when none is named.

    Raises Unauthorized without an actor, NotFound for a site that the actor has no access to, and Forbidden for a
    smaller scope.
    """
    actor = current_actor()
    if actor is None:
        raise Unauthorized(Message(N_("Send a key as `Authorization: Bearer rj_…`, or sign in to the dashboard.")))
    if site_id is not None and site_id not in actor.grants:
        raise NotFound("site", site_id)
    is_allowed = actor.may(site_id, scope) if site_id is not None else bool(actor.sites(scope))
    if not is_allowed:
        raise too_small(scope, actor, site_id)
    return actor


def actor() -> Actor:
    """Whoever makes this request, on a route that has a scope: `register` has checked it."""
    found = current_actor()
    assert found is not None  # or the route would have refused
    return found


def too_small(scope: Scope, actor: Actor, site_id: str | None = None) -> Forbidden:
    """The refusal of an actor whose scope is too small, on this site or on every site."""
    granted = [scope for site, scope in actor.grants.items() if site_id in (None, site)]
    if not granted:
        return Forbidden(Message(N_("This needs the scope '%(needed)s' on a site."), {"needed": scope}))
    own = max(granted, key=list(Scope).index)
    text = N_("This needs the scope '%(needed)s'; you have '%(own)s'.")
    return Forbidden(Message(text, {"needed": scope, "own": own}))


def check_may(scope: Scope, site_id: str, kind: str, id: str) -> None:
    """Check that whoever asks may do this with a thing of a site. Raises NotFound, Forbidden.

    To whom the site is closed, its things do not exist. kind, id: of the thing, for that error.
    """
    asking = actor()
    if not asking.may(site_id, Scope.READ):
        raise NotFound(kind, id)
    if not asking.may(site_id, scope):
        raise too_small(scope, asking, site_id)


def current_actor() -> Actor | None:
    """The actor of this request, looked up once; None for nobody. Raises Unauthorized for an invalid key."""
    if "actor" not in g:
        g.actor = _actor_of_key() if "Authorization" in request.headers else _actor_of_session()
    found: Actor | None = g.actor
    return found


def _actor_of_key() -> Actor:
    kind, _, secret = request.headers["Authorization"].partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Unauthorized(Message(N_("The Authorization header must be `Bearer` and a key that begins with rj_.")))
    with resources().store.read() as uow:
        actor = uow.keys.actor_of(secret.strip())
    if actor is None:
        raise Unauthorized(
            Message(N_("This key is unknown or revoked. `rejoinder key list SITE` shows a site's working keys."))
        )
    return actor


def _actor_of_session() -> Actor | None:
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        return None
    with resources().store.read() as uow:
        actor = uow.accounts.actor_of_session(token, at=resources().now())
    if actor is not None and request.method not in _SAFE:
        _check_csrf(token)
    return actor


def _check_csrf(cookie: str) -> None:
    """A browser sends cookies with requests from any site, so a session also needs the token of our page."""
    token = request.headers.get(csrf.HEADER) or request.form.get(csrf.FIELD, "")
    if not csrf.is_ours(resources().store.sealer, token, cookie):
        text = N_("With a session, a change needs the page's token in %(header)s. Load the page again.")
        raise Forbidden(Message(text, {"header": csrf.HEADER}))
