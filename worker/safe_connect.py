"""Connections that go only where a webhook may go, and that end by a deadline however slowly the far side drips."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from moderation.addresses import Address, Network
from moderation.webhooks.endpoint import why_refused

Resolve = Callable[[str, int], Sequence[Address]]

MAX_ADDRESSES = 4
RESOLVERS = 64


class NotConnected(Exception):
    """Base of the reasons why there is no connection. The message is a sentence for the site's people."""


class Refused(NotConnected):
    """Raised when nothing may be sent to this host."""


class Unresolved(NotConnected):
    """Raised when the host's name has no address, or none in time."""


class Unreachable(NotConnected):
    """Raised when none of the host's addresses takes a connection."""


def resolve(host: str, port: int) -> list[Address]:
    """Every address of the host, in the order the system prefers. Raises Unresolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Unresolved("The host's name could not be resolved.") from problem
    return [ip_address(str(each[4][0])) for each in found]


@dataclass(frozen=True, slots=True)
class ConnectionGuard:
    """Decides where a connection may go, and makes it. One for the process: share it between threads.

    allow: networks that are opened by name. tls: how certificates are checked; this context becomes the guard's own.
    """

    allow: Sequence[Network] = ()
    connect_s: float = 3.0
    resolve: Resolve = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    _resolvers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolver")
    )
    _asked: dict[tuple[str, int], Future[Sequence[Address]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.tls.sslsocket_class = _TimedTlsSocket

    def open(self, host: str, port: int, *, deadline: float) -> "_TimedSocket":
        """A connection to an address that was checked: the name is asked once, and what is checked is what is used.

        Raises NotConnected.
        """
        addresses = self._addresses(host, port, deadline)
        refusal = why_refused(addresses, port=port, allow=self.allow)
        if refusal:
            raise Refused(refusal)
        problem = ""
        for address in addresses[:MAX_ADDRESSES]:
            try:
                return self._connect(address, port, deadline)
            except TimeoutError:
                problem = "No connection in time."
            except OSError as latest:
                problem = f"No connection: {latest.strerror}."
        raise Unreachable(problem)

    def _addresses(self, host: str, port: int, deadline: float) -> list[Address]:
        """Asked from another thread, because the system's resolver keeps no deadline; and once for all who wait for a
        name, or one whose server hangs would keep the resolver from every other name."""
        with self._lock:
            asked = self._asked.get((host, port))
            if asked is None:
                asked = self._asked[host, port] = self._resolvers.submit(self.resolve, host, port)
                asked.add_done_callback(lambda _: self._asked.pop((host, port)))
        try:
            return list(dict.fromkeys(asked.result(timeout=_left(deadline))))
        except TimeoutError as problem:
            raise Unresolved("The host's name could not be resolved in time.") from problem

    def _connect(self, address: Address, port: int, deadline: float) -> "_TimedSocket":
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        sock = _TimedSocket(family, socket.SOCK_STREAM)
        try:
            sock.deadline = deadline
            sock.settimeout(min(self.connect_s, _left(deadline)))
            sock.connect((str(address), port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            sock.close()
            raise
        return sock


class PlainConnection(http.client.HTTPConnection):
    """HTTP/1.1 over a guarded connection. http.client follows no redirect, keeps no cookie, reads no proxy setting
    and decompresses nothing.
    """

    def __init__(self, guard: ConnectionGuard, host: str, port: int) -> None:
        super().__init__(host, port)
        self.guard = guard
        self.sock: _TimedSocket | _TimedTlsSocket | None = None
        self.deadline = 0.0
        self.was_used = False

    def connect(self) -> None:
        """Called by http.client before the first request."""
        self.sock = self.guard.open(self.host, self.port, deadline=self.deadline)

    def begin(self, *, deadline: float) -> None:
        """Another exchange: from now on everything must be over by this moment of `time.monotonic()`."""
        self.deadline = deadline
        if self.sock is not None:
            self.sock.deadline = deadline
            self.was_used = True


class TlsConnection(PlainConnection):
    """The same over TLS: the name is checked against the certificate, the address was checked by the guard."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Called by http.client before the first request."""
        plain = self.guard.open(self.host, self.port, deadline=self.deadline)
        plain.settimeout(_left(self.deadline))
        try:
            secure = self.guard.tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        assert isinstance(secure, _TimedTlsSocket)
        secure.deadline = self.deadline
        self.sock = secure


class _TimedSocket(socket.socket):
    """Every wait of it ends at the deadline. A time-out for each wait would begin anew with every byte that drips."""

    deadline = 0.0

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(_left(self.deadline))
        return super().recv_into(*arguments)

    def sendall(self, *arguments: Any) -> None:
        self.settimeout(_left(self.deadline))
        super().sendall(*arguments)


class _TimedTlsSocket(ssl.SSLSocket):
    """The same over TLS, which sends in records."""

    deadline = 0.0

    def recv_into(self, *arguments: Any) -> int:
        self.settimeout(_left(self.deadline))
        return super().recv_into(*arguments)

    def send(self, *arguments: Any) -> int:
        self.settimeout(_left(self.deadline))
        return super().send(*arguments)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
