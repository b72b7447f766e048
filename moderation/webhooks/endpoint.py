"""An endpoint: where a site wants its webhooks, for which events, and whether it still accepts them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from moderation.addresses import Address, Network, is_named, is_public, parsed_address
from moderation.errors import Invalid
from moderation.messages import NOTHING, Message
from moderation.webhooks.events import EventType

MAX_URL = 2_000
SECRET_OVERLAP = timedelta(hours=24)
"""How long the old secret signs beside the new one after a rotation."""

USUAL_PORTS = frozenset({80, 443, 8080, 8443})
"""The ports that webhooks may use. Networks in REJOINDER_OUTGOING_ALLOW may use any."""

ENDPOINT_EVENTS = tuple(each for each in EventType if each is not EventType.TEST)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """events: what it subscribed to. failing_since: the first failure after the last success, if any.

    paused_until: nothing is sent before then, because the endpoint asked for a pause. disabled_reason: why nothing is
    sent any more, NOTHING while the endpoint is enabled.
    """

    id: str
    site_id: str
    url: str
    events: tuple[EventType, ...]
    created_at: datetime
    failing_since: datetime | None = None
    paused_until: datetime | None = None
    disabled_at: datetime | None = None
    disabled_reason: Message = NOTHING
    old_secret_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """What it takes to send a webhook. secrets: the endpoint's, the old one too during a rotation; none when they
    cannot be opened."""

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


def checked_events(names: Iterable[str]) -> tuple[EventType, ...]:
    """The events of these names, each once, in a fixed order. Raises Invalid for an unknown name or no name."""
    wanted = set(names)
    unknown = sorted(wanted - {each.value for each in ENDPOINT_EVENTS})
    if unknown or not wanted:
        known = ", ".join(ENDPOINT_EVENTS)
        found = f"unknown event {unknown[0]!r}" if unknown else "name at least one event"
        raise Invalid("events", f"{found}; choose from {known}.")
    return tuple(each for each in ENDPOINT_EVENTS if each.value in wanted)


def checked_url(url: str, *, allow: Sequence[Network] = ()) -> str:
    """The URL, if webhooks may go there as far as its text shows. Raises Invalid.

    allow: networks that are open although they are not public (REJOINDER_OUTGOING_ALLOW). Before each request, the
    addresses of the host are checked too.
    """
    parts, port = _split(url)
    for is_wrong, problem in _shape_problems(url, parts):
        if is_wrong:
            raise Invalid("url", problem)
    address = parsed_address(parts.hostname or "")
    if address is not None and not is_public(address, allow=allow):
        raise Invalid(
            "url",
            "this address is not public. To allow it, add its network to REJOINDER_OUTGOING_ALLOW, "
            f"such as REJOINDER_OUTGOING_ALLOW={address}.",
        )
    if port not in USUAL_PORTS and not allow:
        ports = ", ".join(str(each) for each in sorted(USUAL_PORTS))
        raise Invalid("url", f"port {port} is not allowed; use one of {ports}, or set REJOINDER_OUTGOING_ALLOW.")
    return url


def why_refused(found: Sequence[Address], *, port: int, allow: Sequence[Network] = ()) -> Message:
    """Why nothing may be sent to a host with these addresses; NOTHING when it may. One bad address among good ones is
    enough: the owner of the name chooses which of them a connection would go to.
    """
    if not found:
        return Message("connect.no_address")
    if not all(is_public(address, allow=allow) for address in found):
        return Message("connect.not_public")
    if port not in USUAL_PORTS and not all(is_named(address, allow) for address in found):
        return Message("connect.port", {"port": str(port)})
    return NOTHING


def is_same_url(one: str, other: str) -> bool:
    """Whether two checked URLs mean the same place: the case of the host and a default port make no difference."""
    return _normal(one) == _normal(other)


def port_of(parts: SplitResult) -> int:
    """The port of a URL. Raises ValueError when it is not a number from 0 to 65535."""
    return parts.port if parts.port is not None else {"http": 80, "https": 443}.get(parts.scheme, 0)


def _normal(url: str) -> tuple[str, str, int, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", port_of(parts), parts.path or "/", parts.query


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        return parts, port_of(parts)
    except ValueError as problem:
        raise Invalid("url", "this is not a URL like https://blog.example/hooks.") from problem


def _shape_problems(url: str, parts: SplitResult) -> list[tuple[bool, str]]:
    is_plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    return [
        (len(url) > MAX_URL, f"a URL may have {MAX_URL} characters at most; this one has {len(url)}."),
        (not is_plain, "write it in ASCII without spaces: names as xn--…, other characters as %XX."),
        (parts.scheme not in {"http", "https"}, "it must begin with https:// (or http://)."),
        (not parts.hostname, "it must name a host, like https://blog.example/hooks."),
        ("@" in parts.netloc, "it must not contain a user name or password; verify the signature instead."),
        ("#" in url, "remove the # and what follows; it is never sent."),
    ]
