"""Where a browser goes after its form: back to a page of the site, or to our thanks; never anywhere else."""

from urllib.parse import SplitResult, urlencode, urlsplit

from moderation.errors import Invalid
from moderation.site import Site, checked_origin

MARKER = "rejoinder"
"""The query parameter by which the page knows the comment, and the anchor of its thread."""


def way_back(site: Site, wanted: str, *, public_url: str, token: str) -> str:
    """The address to answer 303 with.

    wanted: the form's `return_to`, for pages that can tell their reader that the comment waits. Taken only when it
    lies on one of the site's own origins, compared exactly; else our page of thanks tells it. The Referer would not
    do: browsers cut it to the origin, which is the site's front page.
    """
    if page := _own_page(site, wanted):
        return page + urlencode({MARKER: token}) + f"#{MARKER}"
    return f"{public_url}/thanks?" + urlencode({"token": token})


def lies_on(site: Site, address: str) -> bool:
    """Whether this is a page of the site's own origins. Moderators follow the link to a thread's page: whoever sends
    the first comment must not choose where it leads."""
    return bool(_own_page(site, address))


def _own_page(site: Site, address: str) -> str:
    """The page, ready for one more query parameter; "" when it is not the site's own.

    It is put together again from the origin that was compared, so nothing can be read in two ways.
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
    """An address of printable ASCII without backslashes, in its parts: what browsers and we read alike."""
    if not address or not address.isascii() or not address.isprintable() or set(address) & set(' \\"<>'):
        return None
    try:
        return urlsplit(address)
    except ValueError:
        return None
