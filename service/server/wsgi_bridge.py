"""Runs the WSGI app behind an ASGI server: a request is read whole first, then answered by a thread of a pool.

Slow senders wait in the event loop, where they cost no thread. Each kind of request has threads of its own, so that
writes that wait for the database leave reads, and reads that are slow leave the health checks alone.
"""

import asyncio
import io
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from service.http.metrics import ARRIVED
from service.server.problems import problem
from service.server.uploads import THREADS as UPLOAD_THREADS
from service.server.uploads import ArrivingBody, is_upload

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEALTH_PATH = "/health"
CHECK_PATHS = frozenset({"/ready", "/metrics"})

MAX_WAIT_S = 4.0
"""How long a request may wait for a thread: less than a write waits for a locked database, so that those behind it do
not wait there as well. Of hundreds, the last would be answered after minutes."""


class Disconnected(Exception):
    """Raised when the client is gone before its request was complete."""


class TooLate(Exception):
    """Raised when a request waited too long for a thread."""


@dataclass(slots=True)
class Pool:
    """Threads for one kind of request. max_waiting: how many requests may wait for a thread before 503."""

    name: str
    threads: int
    max_waiting: int
    active: int = 0
    executor: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.executor = ThreadPoolExecutor(self.threads, thread_name_prefix=self.name)

    @property
    def is_full(self) -> bool:
        """Whether another request would wait behind too many."""
        return self.active >= self.threads + self.max_waiting


class WsgiBridge:
    """An ASGI app around a WSGI app. threads: how many writes are under way at once. max_body_bytes: of a request.

    ticks: a monotonic clock, in seconds.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        threads: int,
        max_body_bytes: int,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._ticks = app, ticks
        self._max_body_bytes = max_body_bytes
        self._writes = Pool("write", threads, max_waiting=512)
        self._reads = Pool("read", max(4, threads // 2), max_waiting=512)
        self._checks = Pool("check", 2, max_waiting=16)
        self._uploads = Pool("upload", UPLOAD_THREADS, max_waiting=0)
        self._health = Pool("health", 1, max_waiting=16)  # checks wait for the database; a supervisor would not

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        assert scope["type"] == "http"
        if is_upload(scope["method"].encode(), scope["raw_path"]):
            await self._take_upload(scope, receive, send)
            return
        pool = self._pool_for(scope)
        try:
            body = await self._read(receive)
        except Disconnected:
            return
        if pool.is_full:
            await _send_busy(send)
            return
        response = _Response(asyncio.get_running_loop(), send)
        await self._answer(pool, _environ(scope, body), response, send)

    async def _take_upload(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer a request whose body the app reads while it arrives. Without a length it is refused."""
        length = dict(scope["headers"]).get(b"content-length", b"")
        if not length.isdigit():
            await _send_problem(send, HTTPStatus.LENGTH_REQUIRED, "Send a file with its length, as browsers do.")
            return
        if self._uploads.is_full:
            await _send_busy(send)
            return
        loop = asyncio.get_running_loop()
        body = ArrivingBody(loop, receive)
        environ = _environ(scope, b"") | {"wsgi.input": body, "CONTENT_LENGTH": length.decode()}
        await self._answer(self._uploads, environ, _Response(loop, send, body), send)

    async def _answer(
        self, pool: Pool, environ: "WSGIEnvironment", response: "_Response", send: ASGISendCallable
    ) -> None:
        """Let a thread of the pool answer."""
        pool.active += 1
        try:
            until = self._ticks() + MAX_WAIT_S
            await asyncio.get_running_loop().run_in_executor(pool.executor, self._run, environ, response, until)
            await response.finish()
        except TooLate:
            await _send_busy(send)
        finally:
            pool.active -= 1

    def _pool_for(self, scope: HTTPScope) -> Pool:
        if scope["path"] == HEALTH_PATH:
            return self._health
        if scope["path"] in CHECK_PATHS:
            return self._checks
        return self._reads if scope["method"] in READ_METHODS else self._writes

    async def _read(self, receive: ASGIReceiveCallable) -> bytes:
        """The whole body; of one that is too long only as much as shows that it is. Raises Disconnected."""
        parts: list[bytes] = []
        size = 0
        while size <= self._max_body_bytes:
            message = await receive()
            if message["type"] != "http.request":
                raise Disconnected
            parts.append(message["body"])
            size += len(message["body"])
            if not message["more_body"]:
                break
        return b"".join(parts)

    def _run(self, environ: "WSGIEnvironment", response: "_Response", until: float) -> None:
        """Call the app in this thread and hand over what it answers. Raises TooLate after `until`."""
        if self._ticks() > until:
            raise TooLate
        chunks = self._app(environ, response.start)
        try:
            response.take(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


class _Response:
    """A response on its way from a thread to the event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, send: ASGISendCallable, upload: ArrivingBody | None = None
    ) -> None:
        self._loop, self._send, self._upload = loop, send, upload
        self._status, self._headers = 500, list[tuple[bytes, bytes]]()
        self._body: bytes | None = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        """What WSGI calls start_response."""
        self._status = int(status.split(" ", 1)[0])
        self._headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return lambda data: None

    def take(self, chunks: Iterable[bytes]) -> None:
        """Collect a body of known length, so that a slow reader holds no thread; send another as it is made."""
        if any(name == b"content-length" for name, _ in self._headers):
            self._body = b"".join(chunks)
            return
        self._wait(self._send_start())
        for chunk in chunks:
            self._wait(self._send_body(chunk, more=True))

    async def finish(self) -> None:
        """Send what was collected, or the end of what was sent in pieces."""
        if self._body is not None:
            await self._send_start()
        await self._send_body(self._body or b"", more=False)

    async def _send_start(self) -> None:
        if self._upload is not None and not self._upload.is_complete:
            self._headers.append((b"connection", b"close"))  # the rest of the body is not read
        await self._send(
            {"type": "http.response.start", "status": self._status, "headers": self._headers, "trailers": False}
        )

    async def _send_body(self, body: bytes, *, more: bool) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def _wait(self, sending: Any) -> None:
        asyncio.run_coroutine_threadsafe(sending, self._loop).result()


def _environ(scope: HTTPScope, body: bytes) -> "WSGIEnvironment":
    """The WSGI environment of a request (PEP 3333): bytes as latin-1 text, the path without its escapes."""
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        ARRIVED: time.perf_counter(),
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name or raw_name in (b"content-length", b"transfer-encoding"):
            continue  # "_" would pass for "-" in WSGI; and of a body that is here whole the length is known
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        separator = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


async def _send_busy(send: ASGISendCallable) -> None:
    await _send_problem(send, HTTPStatus.SERVICE_UNAVAILABLE, "The server is busy; try again in a few seconds.")


async def _send_problem(send: ASGISendCallable, status: HTTPStatus, detail: str) -> None:
    headers, body = problem(status, detail)
    await send({"type": "http.response.start", "status": status.value, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": body, "more_body": False})
