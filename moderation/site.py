"""A site: its name, the origins whose pages may send comments, and its policy."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from moderation.errors import Invalid
from moderation.form_switches import FormSwitches
from moderation.policy import Policy
from moderation.unicode_text import has_control, is_blank

MAX_NAME = 200
CHECK_DAYS, MAX_CHECK_DAYS = 15, 3_650
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
_USUAL_PORT = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Site:
    """origins: the web origins whose pages may show the form, such as "https://blog.example", compared exactly.

    check_days: for how many days the texts of checks are kept, 0 to 3,650.
    learning: whether its own line is off, in shadow or on (`moderation.lessons.MODES`).
    form: what its form and its comments do beyond the usual.
    shows_figures: whether everybody may read how it is moderated.
    """

    id: str
    name: str
    origins: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)
    check_days: int = CHECK_DAYS
    learning: str = "shadow"
    form: FormSwitches = field(default_factory=FormSwitches)
    shows_figures: bool = True

    def allows(self, origin: str) -> bool:
        """Whether a browser on a page of this origin may send comments. "null" never may."""
        return origin in self.origins


def is_site_id(text: str) -> bool:
    """Whether this is a valid id: 1 to 63 lower-case letters, digits and inner hyphens."""
    return _ID.fullmatch(text) is not None


def checked_site_id(site_id: str) -> str:
    """The id, if it is valid. Raises Invalid."""
    if not is_site_id(site_id):
        raise Invalid(
            "site", f"{site_id!r} is not 1 to 63 lower-case letters, digits or inner hyphens, like my-blog."
        )
    return site_id


def checked_name(name: str) -> str:
    """The name, if it has 1 to 200 characters on one line and shows something. Raises Invalid."""
    name = name.strip()
    if is_blank(name) or has_control(name) or len(name) > MAX_NAME:
        raise Invalid("name", f"must be 1 to {MAX_NAME} visible characters, without line ends or control characters.")
    return name


def checked_check_days(days: int) -> int:
    """The number of days, if it is one of 0 to 3,650. Raises Invalid."""
    if not 0 <= days <= MAX_CHECK_DAYS:
        raise Invalid("days", f"must be a whole number from 0 to {MAX_CHECK_DAYS}.")
    return days


def checked_origin(origin: str) -> str:
    """The origin as browsers write it: scheme, host, and the port unless it is the default. Raises Invalid."""
    try:
        parts = urlsplit(origin.strip())
        host, port = _as_browsers_write(parts.hostname or ""), parts.port
    except ValueError as problem:
        raise _no_origin(origin) from problem
    has_more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in _USUAL_PORT or not _HOST.fullmatch(host) or has_more:
        raise _no_origin(origin)
    is_usual = port is None or port == _USUAL_PORT[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def _as_browsers_write(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else host.encode("idna").decode()


def _no_origin(origin: str) -> Invalid:
    return Invalid(
        "origin", f"{origin!r} is not an origin like https://blog.example (no path, no user, port 1 to 65535)."
    )
