"""Where a browser goes after sending a form: back to a page of the site, or to the thank-you page; nowhere else."""

from urllib.parse import SplitResult, urlencode, urlsplit

from moderation.errors import Invalid
from moderation.site import Site, checked_origin

MARKER = "rejoinder"
"""The query parameter that tells the page which comment was sent, and the anchor of the comments."""


def way_back(site: Site, wanted: str, *, public_url: str, token: str, page: str = "") -> str:
    """The address to redirect to with 303.

    wanted: the form's `return_to`, for pages that can show that the comment awaits moderation. Used only on one of
    the site's own origins, compared exactly; otherwise the thank-you page shows it. The Referer cannot be used,
    because browsers cut it to the origin, the site's front page. page: the address that the form named; the thank-you
    page leads back to it.
    """
    if own := _own_page(site, wanted):
        return own + urlencode({MARKER: token}) + f"#{MARKER}"
    back = {"back": page} if lies_on(site, page) else {}
    return f"{public_url}/thanks?" + urlencode({"token": token, **back})


def lies_on(site: Site, address: str) -> bool:
    """Whether this is a page on one of the site's origins. Moderators follow the link to a thread's page, so the
    sender of the first comment must not choose where it leads."""
    return bool(_own_page(site, address))


def _own_page(site: Site, address: str) -> str:
    """The page, ready for one more query parameter; "" when it is not the site's own.

    It is rebuilt from the origin that was compared, so that a browser cannot read another host in it.
    """
    parts = _split(address)
    if parts is None or "@" in parts.netloc:
        return ""
    try:
        origin = checked_origin(f"{parts.scheme}://{parts.netloc}")
    except Invalid:
        return ""
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    return f"{origin}{path}?{parts.query}{'&' if parts.query else ''}" if site.allows(origin) else ""


def _split(address: str) -> SplitResult | None:
    """The parts of an address of printable ASCII without backslashes, which every browser parses alike; else None."""
    if not address or not address.isascii() or not address.isprintable() or set(address) & set(' \\"<>'):
        return None
    try:
        return urlsplit(address)
    except ValueError:
        return None
