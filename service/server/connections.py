"""HTTP connections: uvicorn's protocol with a deadline for every request and a share for every network."""

import asyncio
from collections import Counter
from http import HTTPStatus
from typing import ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from moderation.privacy import network_of
from service.server.problems import problem_response
from service.server.uploads import SILENCE_S, UPLOAD_S, is_upload

FIRST_BYTE_S = 10.0
REQUEST_S = 30.0
"""From its first byte to its last: a MiB in this time is 35 KB/s, the longest comment 2 KB/s."""

UNREAD_S = 30.0
"""How long a client may leave its response unread before the connection is cut."""

MAX_HEADER_BYTES = 32 * 1024
MAX_CONNECTIONS = 4096
MAX_PER_NETWORK = 128
"""Browsers open six connections to a host, so this is some twenty readers behind one address at the same moment."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Closes it when a request does not arrive whole in time, or when nobody reads the response.

    A client that ends before its request is complete, in either framing, gets 400 and nothing of it reaches the app.
    per_network: how many connections one network may have open in this process; None for any number.
    """

    first_byte_s: ClassVar[float] = FIRST_BYTE_S
    request_s: ClassVar[float] = REQUEST_S
    unread_s: ClassVar[float] = UNREAD_S
    per_network: ClassVar[int | None] = MAX_PER_NETWORK
    open_connections: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection, refuse it beyond the network's share, and start waiting for its first byte."""
        super().connection_made(transport)
        self._header_bytes = 0
        self._is_reading = self._has_headers = self._is_refused = False
        self._upload_until = 0.0  # on the loop's clock, while a file is uploaded
        self._unread: asyncio.TimerHandle | None = None
        self._deadline = self.loop.call_later(self.first_byte_s, self._expire)
        self._network = network_of(self.client[0]) if self.client else ""
        self.open_connections[self._network] += 1
        if len(self.connections) > MAX_CONNECTIONS or self._is_over_share():
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "Too many open connections; close some, or try again soon.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._deadline.cancel()
        self._stop_unread_clock()
        self.open_connections[self._network] -= 1
        if not self.open_connections[self._network]:
            del self.open_connections[self._network]  # otherwise every network ever seen would be kept
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived. The clock of a request starts with its first byte."""
        if self._is_refused:
            return
        if not self._is_reading:
            self._restart_clock(self.request_s)
            self._is_reading = True
        elif self._upload_until:
            self._restart_clock(min(SILENCE_S, self._upload_until - self.loop.time()))
        self._header_bytes += len(data)
        super().data_received(data)
        if self._is_reading and not self._has_headers and self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers have more than 32 KiB.")

    def on_message_begin(self) -> None:
        """A new request begins, perhaps right behind another one."""
        self._is_reading = True
        if self._deadline.cancelled():
            self._restart_clock(self.request_s)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Hand the request on unless its Host header is missing or repeated (RFC 9112, section 3.2)."""
        self._has_headers = True
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts != 1 and not (hosts == 0 and self.parser.get_http_version() == "1.0"):
            raise httptools.HttpParserError("exactly one Host header is required")
        if is_upload(self.parser.get_method(), self.url):
            self._upload_until = self.loop.time() + UPLOAD_S
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is here; its answer may take the time that it takes."""
        self._is_reading = self._has_headers = False
        self._upload_until = 0.0
        self._header_bytes = 0
        self._deadline.cancel()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or go on with the one that is already arriving."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._is_reading:
            self._restart_clock(self.request_s)  # it could not arrive while its predecessor was being answered
        else:
            self._deadline.cancel()  # uvicorn closes an idle connection by itself

    def pause_writing(self) -> None:
        """The client reads more slowly than the response is written."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.unread_s, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read most of what was written."""
        self._stop_unread_clock()
        super().resume_writing()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more. Answer what it sent whole; refuse what it broke off."""
        if self._is_reading and not self._is_refused:
            self._refuse(HTTPStatus.BAD_REQUEST, "The request ended before all of it had arrived.")
            return True
        if self.cycle is None or self.cycle.response_complete:
            return False  # nothing is under way: close
        self.cycle.keep_alive = False
        return True

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP/1.1. uvicorn calls this when its parser gives up."""
        self._refuse(HTTPStatus.BAD_REQUEST, "This is not a valid HTTP/1.1 request.")

    def _is_over_share(self) -> bool:
        return self.per_network is not None and self.open_connections[self._network] > self.per_network

    def _restart_clock(self, seconds: float) -> None:
        self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self._expire)

    def _stop_unread_clock(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _is_answering(self) -> bool:
        """Whether a request that arrived whole has no complete answer yet."""
        return bool(self.pipeline) or not (self.cycle is None or self.cycle.more_body or self.cycle.response_complete)

    def _expire(self) -> None:
        if self._is_answering():
            self._restart_clock(self.request_s)  # no more is read from this client until the answer is complete
        elif self._is_reading:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"The request did not arrive within {self.request_s:g} seconds.")
        elif not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer with a problem and close. What the app was given of this request is withdrawn."""
        self._is_refused = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # the app sees a client that went away
            self.cycle.message_event.set()
        if self.transport.is_closing():
            return
        self.transport.write(problem_response(status, detail))
        self.transport.close()


class ProxiedProtocol(BoundedProtocol):
    """Behind a proxy every connection comes from the same address, so there is no share."""

    per_network = None
