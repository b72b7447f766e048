"""Which pages may talk to which site. Origins are compared exactly; credentials never cross them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, g, request

from moderation.errors import ModerationError
from moderation.site import Site
from service.http.errors import OriginRefused
from service.resources import resources

View = TypeVar("View", bound=Callable[..., Any])

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, If-None-Match",
    "Access-Control-Max-Age": "7200",
}
SHARED = {"Vary": "Origin", "Cross-Origin-Resource-Policy": "cross-origin"}
"""The headers of every answer to pages, whichever page asks."""


def open_to_pages(view: View) -> View:
    """Let the pages of the site that the URL names call this view from a browser."""
    view.is_open_to_pages = True  # type: ignore[attr-defined]
    return view


def check_origin(site: Site) -> None:
    """Raises OriginRefused when a browser sends this from a page of another origin. Programs send no Origin."""
    origin = request.headers.get("Origin")
    if origin is not None and not is_allowed(site, origin):
        raise OriginRefused(_remedy(site, origin))


def is_allowed(site: Site, origin: str) -> bool:
    """Whether this is one of the site's origins, or our own: our form page may send comments for every site."""
    return site.allows(origin) or origin == resources().settings.public_url or _is_same_host(origin)


def readable_by(origin: str) -> dict[str, str]:
    """The headers that let a page of this origin read the answer."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "ETag, Retry-After, Location",
    }


def allow_pages_of(site: Site) -> None:
    """Let this answer be read by the page that asks, if it is one of the site's; for URLs that name no site."""
    g.page_site = site


def share(app: Flask) -> None:
    """Add the CORS headers to every view that is open to pages, to its errors too."""

    @app.after_request
    def set_cors(response: Response) -> Response:
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "is_open_to_pages", False):
            response.vary.add(SHARED["Vary"])
            response.headers["Cross-Origin-Resource-Policy"] = SHARED["Cross-Origin-Resource-Policy"]
            _allow(response)
        return response


def _allow(response: Response) -> None:
    origin, site = request.headers.get("Origin"), _site_asked()
    if origin is None or site is None or not is_allowed(site, origin):
        return
    response.headers.update(readable_by(origin))
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)


def _site_asked() -> Site | None:
    if "page_site" in g:
        found: Site = g.page_site
        return found
    try:
        return resources().sites.get((request.view_args or {})["site_id"])
    except (KeyError, ModerationError):
        return None


def _is_same_host(origin: str) -> bool:
    return origin in {f"http://{request.host}", f"https://{request.host}"}  # no parsing: an Origin may be anything


def _remedy(site: Site, origin: str) -> str:
    if origin == "null":
        return "This page hides its origin (`null`); let it send one: Referrer-Policy must not be no-referrer."
    return (
        f"{origin[:200]} is not an origin of the site {site.id}. Whoever runs Rejoinder can add it: "
        f"rejoinder site add {site.id} --origin {origin[:200]}"
    )
