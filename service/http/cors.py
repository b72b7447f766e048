"""Cross-origin requests (CORS): every page may read what is public, only the site's own pages may send comments.

Origins are compared exactly, and no cross-origin request carries credentials.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, request

from moderation.errors import ModerationError
from moderation.messages import N_, Message
from moderation.site import Site
from service.http.errors import OriginRefused
from service.resources import resources

View = TypeVar("View", bound=Callable[..., Any])

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
SITE_PAGES, ANY_PAGE, TOKEN_HOLDERS = "site", "any", "holder"
SITE_HEADERS = {"Vary": "Origin", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Headers of every response of a view for the site's pages, whichever page asks."""

_EXPOSED = {"Access-Control-Expose-Headers": "ETag, Retry-After, Location, Link"}
_PREFLIGHT = {
    SITE_PAGES: {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": "7200",
    },
    ANY_PAGE: {
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "If-None-Match",
        "Access-Control-Max-Age": "7200",
    },
    TOKEN_HOLDERS: {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "7200",
    },
}


def open_to_site_pages(view: View) -> View:
    """Let scripts call this view from pages on the origins of the site that the URL names, and read its errors."""
    view.cors = SITE_PAGES  # type: ignore[attr-defined]
    return view


def readable_by_any_page(view: View) -> View:
    """Let scripts on any page read this view. For public GETs that take no credentials.

    Translated, archived and AMP copies of a page have origins that nobody can list, and still show its comments.
    """
    view.cors = ANY_PAGE  # type: ignore[attr-defined]
    return view


def open_to_token_holders(view: View) -> View:
    """Let scripts on any page call this view. For requests that carry a token of their own in the URL, and no cookie:
    a page without the token can do nothing with it."""
    view.cors = TOKEN_HOLDERS  # type: ignore[attr-defined]
    return view


_NOT_ALLOWED = N_(
    "%(origin)s is not an origin of the site %(site)s. The operator of this Rejoinder can add it: "
    "rejoinder site add %(site)s --origin %(origin)s"
)


def check_origin(site: Site) -> None:
    """Raises OriginRefused when a browser sends this from a page of another origin. Programs send no Origin."""
    origin = request.headers.get("Origin")
    if origin is not None and not is_allowed(site, origin):
        raise OriginRefused(_remedy(site, origin))


def is_allowed(site: Site, origin: str) -> bool:
    """Whether this is an origin of the site or of Rejoinder, whose form page sends comments for every site."""
    return site.allows(origin) or origin == resources().settings.public_origin or _is_same_host(origin)


def readable_by(origin: str) -> dict[str, str]:
    """The headers that let a page of this origin read the response."""
    return {ALLOW_ORIGIN: origin, **_EXPOSED}


def add_cors_headers(app: Flask) -> None:
    """Add CORS headers to the responses of marked views, errors included."""

    @app.after_request
    def set_cors(response: Response) -> Response:
        readers = getattr(app.view_functions.get(request.endpoint or ""), "cors", None)
        if readers is None:
            return response
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if readers == SITE_PAGES:
            response.vary.add("Origin")
        if origin := _allowed_origin(readers):
            response.headers.update(readable_by(origin))
            if request.method == "OPTIONS":
                response.headers.update(_PREFLIGHT[readers])
        return response


def _allowed_origin(readers: str) -> str | None:
    """The value of Access-Control-Allow-Origin; None to leave the header out."""
    if readers in (ANY_PAGE, TOKEN_HOLDERS):
        return "*"
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    try:
        site = resources().sites.get((request.view_args or {})["site_id"])
    except ModerationError:
        return None
    return origin if is_allowed(site, origin) else None


def _is_same_host(origin: str) -> bool:
    return origin in {f"http://{request.host}", f"https://{request.host}"}  # no parsing: an Origin may be anything


def _remedy(site: Site, origin: str) -> Message:
    if origin == "null":
        text = N_("This page hides its origin (`null`); let it send one: Referrer-Policy must not be no-referrer.")
        return Message(text)
    return Message(_NOT_ALLOWED, {"origin": origin[:200], "site": site.id})
