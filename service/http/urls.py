"""Where a page of ours may lead: every address that somebody gave us is judged here."""

from urllib.parse import urlsplit


def web_url(address: str) -> str:
    """The address if it is a plain http or https one, else "". A user:password@ part makes it look like another's."""
    address = address.strip()
    try:
        parts = urlsplit(address)
        is_plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        _ = parts.port  # raises for one that is no port
    except ValueError:
        return ""
    return address if is_plain else ""
