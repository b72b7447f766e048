"""Bodies on their way in: each is waited for by a thread, and no network keeps more threads waiting than its share.

A thread that reads cannot leave off, and a sender may never end. So there are many threads (they cost little while
they wait; few of them run the app at a time), and a network with too many open bodies is refused without reading.
"""

import threading
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask, request

from moderation.privacy import network_of
from service.http.errors import TooMany

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

THREADS = 512
"""In each process."""

SHARE = 64
"""Of each network, in all processes together."""

BODY = "rejoinder.body"
"""Where the environment holds the body, if its length was told and all of it came."""

_CROWDED = "rejoinder.crowded"
_RETRY_AFTER_S = 5
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class Bodies:
    """Reads bodies whole.

    most_bytes: a longer one is left to the app, which refuses it unread. share: how many each network may have under
    way; None for any number, because behind a proxy all networks look like one.
    """

    def __init__(self, most_bytes: int, share: int | None = SHARE) -> None:
        self._most_bytes = most_bytes
        self._share = share
        self._turn = threading.Lock()
        self._under_way: Counter[str] = Counter()

    def read(self, environ: "WSGIEnvironment") -> None:
        """Wait for the body of a request, if it has one that may be read."""
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and 0 < int(length) <= self._most_bytes:
            self._wait(environ, int(length))
        elif not length and environ.get("wsgi.input_terminated") and environ["REQUEST_METHOD"] not in _WITHOUT_BODY:
            self._wait(environ, None)

    def _wait(self, environ: "WSGIEnvironment", length: int | None) -> None:
        network = network_of(environ.get("REMOTE_ADDR", "")) if self._share else ""
        with self._turn:
            environ[_CROWDED] = self._share is not None and self._under_way[network] >= self._share
            if environ[_CROWDED]:
                return
            self._under_way[network] += 1
        try:
            body = environ["wsgi.input"].read(self._most_bytes + 1 if length is None else length)
        finally:
            self._end(network)
        environ["wsgi.input"] = BytesIO(body)
        if len(body) == length:
            environ[BODY] = body

    def _end(self, network: str) -> None:
        with self._turn:
            self._under_way[network] -= 1
            if not self._under_way[network]:
                del self._under_way[network]  # or every network that ever came would be kept


def refuse_crowds(app: Flask) -> None:
    """Refuse what `Bodies` left unread, before anything else tries to read it."""

    @app.before_request
    def refuse() -> None:
        if request.environ.get(_CROWDED):
            raise TooMany(
                "Your network has too many requests open that are only half sent: end those, or try again soon.",
                retry_after_s=_RETRY_AFTER_S,
            )
