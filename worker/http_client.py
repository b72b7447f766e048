"""The one outgoing HTTP client, for URLs that people set: bounded in time and bytes; it follows no redirect."""

import http.client
import ssl
import threading
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from moderation.messages import NOTHING, Message
from moderation.webhooks.endpoint import port_of
from worker.safe_connect import Deadline, NotConnected, SafeConnector

TOTAL_S = 10.0
READ_BYTES = 16 * 1024
KEEP_BYTES = 1024
IDLE_S = 4.0
MAX_IDLE = 64  # as many as a round of sending posts side by side, or some would connect anew each time

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one request. http_status: None without an answer. latency_ms: until its status was read.

    problem: NOTHING for a 2xx answer. answer: the first KiB of the answer's body, as text without control characters.
    retry_after: the header of this name, "" without one.
    """

    http_status: int | None
    latency_ms: int
    problem: Message = NOTHING
    answer: str = ""
    retry_after: str = ""


class HttpClient:
    """Posts to URLs that people set, and keeps a few connections open. Thread-safe.

    total_s: for a whole exchange, from the look-up of the host to the end of the answer.
    """

    def __init__(self, connector: SafeConnector, *, total_s: float = TOTAL_S, user_agent: str = "Rejoinder") -> None:
        self._connector = connector
        self._total_s = total_s
        self._user_agent = user_agent
        self._idle: list[tuple[float, _Key, _Connection]] = []
        self._lock = threading.Lock()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post once; never raises. The status decides; the answer's body is only kept for people to read."""
        began = time.monotonic()
        parts = urlsplit(url)
        key = (parts.scheme, parts.hostname or "", port_of(parts))
        all_headers = {"User-Agent": self._user_agent, **headers}
        for connection in self._connections(key):
            connection.deadline.at = began + self._total_s
            try:
                connection.request("POST", _target(parts), body, all_headers)
                response = connection.getresponse()
            except Exception as error:
                connection.close()
                if connection.was_used and isinstance(error, ConnectionError):
                    continue  # the peer closed it between two requests, as it may
                return Outcome(None, _ms_since(began), _problem_of_error(error, self._total_s))
            latency_ms = _ms_since(began)
            retry_after = response.getheader("Retry-After", "")
            text, is_whole = _read(response)
            if is_whole and not response.will_close:
                self._keep(key, connection)
            else:
                connection.close()
            problem = _problem_of_status(response.status)
            return Outcome(response.status, latency_ms, problem, _shown(text), retry_after)
        raise AssertionError("unreachable: the last connection is a new one")

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, _, connection in idle:
            connection.close()

    def _connections(self, key: _Key) -> Iterator["_Connection"]:
        """First those that are open, the youngest first, then a new one."""
        while (connection := self._take(key)) is not None:
            yield connection
        yield _Connection(self._connector, *key)

    def _take(self, key: _Key) -> "_Connection | None":
        with self._lock:
            self._drop_old()
            for place in reversed(range(len(self._idle))):
                if self._idle[place][1] == key:
                    return self._idle.pop(place)[2]
        return None

    def _keep(self, key: _Key, connection: "_Connection") -> None:
        connection.was_used = True
        with self._lock:
            self._idle.append((time.monotonic(), key, connection))
            self._drop_old()

    def _drop_old(self) -> None:
        oldest = time.monotonic() - IDLE_S
        while self._idle and (len(self._idle) > MAX_IDLE or self._idle[0][0] < oldest):
            self._idle.pop(0)[2].close()


class _Connection(http.client.HTTPConnection):
    """HTTP/1.1 over a checked connection. http.client follows no redirect, keeps no cookie, reads no proxy setting
    and decompresses nothing."""

    def __init__(self, connector: SafeConnector, scheme: str, host: str, port: int) -> None:
        super().__init__(host, port)
        self.default_port = 443 if scheme == "https" else 80  # left out of the Host header
        self.deadline = Deadline()
        self.was_used = False
        self._connector, self._is_tls = connector, scheme == "https"

    def connect(self) -> None:
        """Called by http.client before the first request."""
        self.sock = self._connector.open(self.host, self.port, is_tls=self._is_tls, deadline=self.deadline)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _problem_of_status(status: int) -> Message:
    if 200 <= status < 300:
        return NOTHING
    if status == http.client.GONE:
        return Message("http.gone")
    return Message("http.redirect" if 300 <= status < 400 else "http.status", {"status": status})


def _problem_of_error(error: Exception, total_s: float) -> Message:
    """What went wrong, without addresses or other details of our network."""
    if isinstance(error, NotConnected):
        return error.problem
    if isinstance(error, ssl.SSLCertVerificationError):
        return Message("tls.certificate", {"error": error.verify_message})
    if isinstance(error, ssl.SSLError):
        return Message("tls.failed", {"error": (error.reason or "no reason given").lower().replace("_", " ")})
    if isinstance(error, TimeoutError):
        return Message("http.timeout", {"seconds": f"{total_s:g}"})
    if isinstance(error, ConnectionError):
        return Message("http.closed")
    return Message("http.invalid", {"error": type(error).__name__})


def _read(response: http.client.HTTPResponse) -> tuple[bytes, bool]:
    """The beginning of an answer's body, and whether that was all of it: only then can the connection be used again.

    Whatever ends the reading, the cap, the deadline or an error of the peer, the bytes before that are kept.
    """
    text = b""
    try:
        while len(text) < READ_BYTES and (more := response.read1(READ_BYTES - len(text))):
            text += more
        is_whole = response.isclosed() if response.chunked else response.length == 0
    except (OSError, http.client.HTTPException, ValueError):
        is_whole = False
    response.close()
    return text, is_whole


def _shown(text: bytes) -> str:
    letters = text[:KEEP_BYTES].decode("utf-8", "replace")
    return "".join(each for each in letters if each in "\n\t" or not unicodedata.category(each).startswith("C"))
