"""Which addresses from outside a page may link to."""

from urllib.parse import urlsplit


def web_url(address: str) -> str:
    """The address if it is a plain http or https one, else "". A user:password@ part could disguise the host."""
    address = address.strip()
    try:
        parts = urlsplit(address)
        is_plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        _ = parts.port  # raises ValueError for an invalid port
    except ValueError:
        return ""
    return address if is_plain else ""
