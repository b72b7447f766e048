"""The gate: one thread of a web process runs Python at a time, the others wait in front of it.

Only one of them could run anyway. Without a gate each takes the interpreter from the other in the middle of its work,
about twenty times for a comment, because every look at the database lets go of it; and each time costs two of them
their place on a processor. Whoever waits for something else (the body of a slow sender, the turn to write, the disk)
waits outside. The gate is a courtesy, not a lock: nobody waits for it longer than PATIENCE_S, so one slow page makes
the others a little later, never stuck.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from service.server.request_bodies import Bodies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE_S = 0.05
LARGEST = 1_048_576
"""An answer of more bytes goes out piece by piece, as does one that does not know its length."""

ARRIVED = "rejoinder.arrived_s"
"""Where the environment says when a request was there whole, by `time.perf_counter`: waiting at the gate counts."""


class Gate:
    """Lets one thread in. patience_s: how long anybody waits for that."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._turn = threading.Lock()
        self._own = threading.local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Run in turn with the others."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the others run while this thread waits for something. Does nothing for one that did not come in."""
        if not hasattr(self._own, "is_in"):
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter()

    def _enter(self) -> None:
        self._own.is_in = self._turn.acquire(timeout=self._patience_s)

    def _leave(self) -> None:
        if self._own.is_in:
            self._turn.release()
        del self._own.is_in


class Gated:
    """An app behind the gate. A body is read whole in front of it, and a short answer is made whole behind it.

    threads: how many may be in the app at a time, running or set aside; the others wait with their bodies.
    """

    def __init__(self, app: "WSGIApplication", gate: Gate, bodies: Bodies, *, threads: int) -> None:
        self._app = app
        self._gate = gate
        self._bodies = bodies
        self._room = threading.BoundedSemaphore(threads)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self._bodies.read(environ)
        environ[ARRIVED] = time.perf_counter()
        started = _Started(start_response)
        with self._room, self._gate.inside():
            return _whole(self._app(environ, started), started)


class _Started:
    """Hands on what an answer begins with, and remembers how long it says that it is."""

    def __init__(self, start_response: "StartResponse") -> None:
        self._start_response = start_response
        self.length: int | None = None

    def __call__(self, status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        self.length = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
        return self._start_response(status, headers, *rest)


def _whole(answer: Iterable[bytes], started: _Started) -> Iterable[bytes]:
    """A short answer as a list: the server sends it at once, and need not come back for more."""
    if started.length is None or started.length > LARGEST:
        return answer
    try:
        return list(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
