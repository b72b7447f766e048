"""Connections that go only where a delivery may go, and that end at one deadline however slowly the peer sends."""

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

from moderation.addresses import Address, Network
from moderation.messages import NOTHING, Message
from moderation.webhooks.endpoint import why_refused

Resolve = Callable[[str, int], Sequence[Address]]

CONNECT_S = 3.0
MAX_ADDRESSES = 4
RESOLVER_THREADS = 64


class NotConnected(Exception):
    """Raised when there is no connection. problem: why, for the owners of the site."""

    def __init__(self, problem: Message) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Deadline:
    """When an exchange must be over. Each exchange on a connection sets it again.

    A time-out for each wait would start again with every byte of a peer that sends one byte at a time.
    """

    def __init__(self) -> None:
        self.at = 0.0

    def left(self) -> float:
        """Seconds left, above 0. Raises TimeoutError when none are."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class DeadlineSocket:
    """A socket, plain or TLS, whose every wait ends at the deadline: what http.client needs of one."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        """Send all of the data. Raises TimeoutError, OSError."""
        rest = memoryview(data)
        while rest:
            self._sock.settimeout(self._deadline.left())
            rest = rest[self._sock.send(rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        """A reader of one answer. Closing it leaves the socket open."""
        return io.BufferedReader(_Reader(self._sock, self._deadline))

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()


class _Reader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)


def resolve(host: str, port: int) -> list[Address]:
    """Every address of the host, in the order the system prefers. Raises NotConnected."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NotConnected(Message("connect.unresolved")) from problem
    return [ip_address(str(each[4][0])) for each in found]


class SafeConnector:
    """Resolves a host once, checks every address, and connects to one that was checked. Thread-safe.

    allow: networks that are open although they are not public (REJOINDER_OUTGOING_ALLOW). tls: how certificates are
    checked.
    """

    def __init__(
        self,
        *,
        allow: Sequence[Network] = (),
        connect_s: float = CONNECT_S,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow, self._connect_s, self._resolve = allow, connect_s, resolve
        self._tls = tls or ssl.create_default_context()
        self._resolvers = ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolver")
        self._lookups: dict[tuple[str, int], Future[Sequence[Address]]] = {}
        self._lock = threading.Lock()

    def open(self, host: str, port: int, *, is_tls: bool, deadline: Deadline) -> DeadlineSocket:
        """A connection to a checked address; over TLS its certificate must be valid for the host's name.

        Raises NotConnected, ssl.SSLError, TimeoutError, OSError.
        """
        addresses = self._addresses(host, port, deadline)
        if refusal := why_refused(addresses, port=port, allow=self._allow):
            raise NotConnected(refusal)
        sock = self._connected(addresses[:MAX_ADDRESSES], port, deadline)
        try:
            return DeadlineSocket(self._over_tls(sock, host, deadline) if is_tls else sock, deadline)
        except BaseException:
            sock.close()
            raise

    def _addresses(self, host: str, port: int, deadline: Deadline) -> list[Address]:
        """Looks the host up in another thread, because the system's resolver keeps no deadline. Look-ups of one name
        share a thread, so a name whose server hangs cannot occupy all of them."""
        with self._lock:
            lookup = self._lookups.get((host, port))
            if lookup is None:
                lookup = self._lookups[host, port] = self._resolvers.submit(self._resolve, host, port)
                lookup.add_done_callback(lambda _: self._lookups.pop((host, port)))
        try:
            return list(dict.fromkeys(lookup.result(timeout=deadline.left())))
        except TimeoutError as problem:
            raise NotConnected(Message("connect.resolve_timeout")) from problem

    def _connected(self, addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
        """A connection to the first address that accepts one."""
        problem = NOTHING
        for address in addresses:
            try:
                return self._connected_to(address, port, deadline)
            except TimeoutError:
                problem = Message("connect.timeout")
            except OSError as error:
                problem = Message("connect.failed", {"error": error.strerror or type(error).__name__})
        raise NotConnected(problem)

    def _connected_to(self, address: Address, port: int, deadline: Deadline) -> socket.socket:
        sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            sock.settimeout(min(self._connect_s, deadline.left()))
            sock.connect((str(address), port))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            sock.close()
            raise
        return sock

    def _over_tls(self, sock: socket.socket, host: str, deadline: Deadline) -> ssl.SSLSocket:
        sock.settimeout(deadline.left())  # one time-out for the whole handshake, however slowly its bytes arrive
        return self._tls.wrap_socket(sock, server_hostname=host)
