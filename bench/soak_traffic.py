"""The traffic of a soak: senders that repeat what was not answered, and a receiver of webhooks that can be away."""

import http.client
import json
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from bench.installations import a_submission
from tests.stack import Stack

PATH = "/v1/sites/demo/comments"
TIMEOUT_S = 30
PAUSE_S = 0.2
"""Before a sender repeats a comment that was not accepted."""


class Traffic:
    """Senders, each on a connection of its own, from `__enter__` to `__exit__`.

    Each repeats a comment with the same idempotency key until it gets a 202. accepted: the ids in the 202s. statuses:
    how often each status came; 0 is a broken connection.
    """

    def __init__(self, stack: Stack, *, senders: int) -> None:
        self.accepted: list[str] = []
        self.statuses: Counter[int] = Counter()
        self._stack = stack
        self._numbers = count()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(senders)]

    def __enter__(self) -> "Traffic":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._ended.set()
        for each in self._threads:
            each.join()

    def _send(self) -> None:
        connection = self._connection()
        while not self._ended.is_set():
            number = next(self._numbers)
            body = json.dumps(a_submission(number))
            headers = {"Content-Type": "application/json", "Idempotency-Key": f"soak-{number}"}
            while not self._ended.is_set():
                try:
                    connection.request("POST", PATH, body, headers)
                    response = connection.getresponse()
                    status, answer = response.status, response.read()
                except (OSError, http.client.HTTPException):
                    connection.close()
                    connection, status, answer = self._connection(), 0, b""
                with self._lock:
                    self.statuses[status] += 1
                    if status == 202:
                        self.accepted.append(json.loads(answer)["id"])
                if status == 202:
                    break
                time.sleep(PAUSE_S)
        connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._stack.port, timeout=TIMEOUT_S)


class Sink:
    """A receiver of `comment.received`. ids: event ids by comment. total: how many came. is_away: answer 503."""

    def __init__(self) -> None:
        self.ids: dict[str, set[str]] = defaultdict(set)
        self.total = 0
        self.is_away = False
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, event_id: str, body: bytes) -> int:
        """Note one webhook; the status to answer."""
        if self.is_away:
            return 503
        comment_id = json.loads(body)["data"]["id"]
        with self._lock:
            self.ids[comment_id].add(event_id)
            self.total += 1
        return 204

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Senders are killed in the middle: that is what this is for."""


def _handler_of(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 120

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                self.close_connection = True
                return
            with suppress(OSError):
                status = sink.take(self.headers["webhook-id"], body)
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    return Handler
