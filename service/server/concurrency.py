"""How many requests the app handles at a time. The others wait with their bodies already read."""

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from service.server.request_bodies import Bodies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ARRIVED = "rejoinder.arrived_s"
"""Environment key: when the request was complete, by `time.perf_counter`. Waiting for a slot counts as latency."""


class RequestSlots:
    """WSGI middleware that lets a bounded number of threads into the app.

    A body is read before its request takes a slot, so slow senders hold none. Submissions that wait for the database
    hold theirs: that many can be committed together.
    """

    def __init__(self, app: "WSGIApplication", bodies: Bodies, *, slots: int) -> None:
        self._app = app
        self._bodies = bodies
        self._slots = threading.BoundedSemaphore(slots)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self._bodies.read(environ)
        environ[ARRIVED] = time.perf_counter()
        with self._slots:
            return self._app(environ, start_response)
