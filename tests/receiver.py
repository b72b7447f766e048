"""A site that receives webhooks over real HTTP and verifies their signatures."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True)
class Received:
    """One verified webhook."""

    id: str
    event: Mapping[str, Any]
    raw: str


class Receiver:
    """An HTTP server. status: its response to a verified webhook. refused: why others were not verified."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refused: list[str] = []
        self.status = 204
        self.secret = ""
        self._server = _Server(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def types(self) -> list[str]:
        """The events' types in the order of arrival."""
        return [each.event["type"] for each in self.received]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, headers: Mapping[str, str], raw: bytes) -> int:
        """Verify one webhook; returns the status of the response."""
        try:
            event = Webhook(self.secret).verify(raw, dict(headers))
        except Exception as problem:
            self.refused.append(f"{type(problem).__name__}: {problem}")
            return 400
        self.received.append(Received(headers["webhook-id"], event, raw.decode()))
        return self.status


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # the default of 5 resets connections when several come at once


def _handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            raw = self.rfile.read(length)
            if len(raw) < length:
                return  # its sender was killed in the middle: nobody waits for an answer
            self.send_response(receiver.take({name.lower(): value for name, value in self.headers.items()}, raw))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    return Handler
