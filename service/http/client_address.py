"""The author's address behind proxies, from X-Forwarded-For."""

import logging
import re
from collections.abc import Iterable
from ipaddress import ip_address
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("rejoinder.service")

_FORWARDED_FOR = re.compile(r"(?:.*;)?\s*for\s*=\s*([^;]+).*", re.IGNORECASE)
_BRACKETED = re.compile(r"\[([^\]]+)\](?::\d*)?")
_IPV4_AND_PORT = re.compile(r"([0-9.]+):\d*")
_LOG_EVERY = 1000


class ClientAddress:
    """WSGI middleware: sets REMOTE_ADDR to the address that `hops` trusted proxies report, "" if it is unreadable.

    Each proxy appends the address of its peer to X-Forwarded-For, so the author's is the value `hops` from the end.
    With fewer values the request came past a proxy, and the peer's own address stays.
    """

    def __init__(self, app: "WSGIApplication", *, hops: int) -> None:
        self._app = app
        self._hops = hops
        self._unreadable = count()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        values = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(values) >= self._hops and values != [""]:
            environ["REMOTE_ADDR"] = self._read(values[-self._hops])
        return self._app(environ, start_response)

    def _read(self, value: str) -> str:
        address = parse_address(value)
        if not address and next(self._unreadable) % _LOG_EVERY == 0:
            log.warning("X-Forwarded-For unreadable: its authors share one limit; see `rejoinder doctor`")
        return address


def parse_address(value: str) -> str:
    """The IP address in one value of X-Forwarded-For; "" when there is none.

    Takes what proxies write: 192.0.2.1, 192.0.2.1:51234, 2001:db8::1, [2001:db8::1]:443, with or without quotes, and
    the for= of the header Forwarded (RFC 7239).
    """
    text = value.strip()
    if found := _FORWARDED_FOR.fullmatch(text):
        text = found[1].strip()
    text = text.strip('"').strip()
    if found := _BRACKETED.fullmatch(text) or _IPV4_AND_PORT.fullmatch(text):
        text = found[1]
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return text
