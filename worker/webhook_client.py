"""The one outgoing HTTP client, for URLs that people set: bounded in time and bytes, and deaf to redirects."""

import http.client
import ssl
import threading
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from moderation.webhooks.endpoint import port_of
from worker.safe_connect import ConnectionGuard, NotConnected, PlainConnection, TlsConnection

TOTAL_S = 10.0
READ_BYTES = 16 * 1024
KEEP_BYTES = 1024
IDLE_S = 4.0
MAX_IDLE = 64  # as many as a round of sending posts side by side, or some would connect anew each time

_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one request. http_status: None when no answer came. latency_ms: until its status was read.

    problem: "" when the answer was 2xx, else a sentence that is fit to store and to show. answer: the beginning of
    the answer, at most 1 KiB of it, as text without control characters.
    """

    http_status: int | None
    latency_ms: int
    problem: str = ""
    answer: str = ""


class WebhookClient:
    """Posts to people's URLs and keeps a few connections open. Share it between threads."""

    def __init__(self, guard: ConnectionGuard, *, total_s: float = TOTAL_S, user_agent: str = "Rejoinder") -> None:
        self._guard = guard
        self._total_s = total_s
        self._user_agent = user_agent
        self._idle: list[tuple[float, _Key, PlainConnection]] = []
        self._lock = threading.Lock()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post once; never raises. The status decides: an answer's body is only kept for people to read."""
        began = time.monotonic()
        deadline = began + self._total_s
        parts = urlsplit(url)
        key = (parts.scheme, parts.hostname or "", port_of(parts))
        sent = {"User-Agent": self._user_agent, **headers}
        for connection in self._connections(key):
            connection.begin(deadline=deadline)
            try:
                connection.request("POST", _target(parts), body, sent)
                answer = connection.getresponse()
            except Exception as problem:
                connection.close()
                if connection.was_used and isinstance(problem, ConnectionError):
                    continue  # the far side closed it between two requests, as it may
                return Outcome(None, _ms_since(began), _sentence(problem, self._total_s))
            latency_ms = _ms_since(began)
            said, is_whole = _read(answer)
            if is_whole and not answer.will_close:
                self._keep(key, connection)
            else:
                connection.close()
            return Outcome(answer.status, latency_ms, _problem_of(answer.status), _shown(said))
        raise AssertionError("unreachable: the last connection is a new one")

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, _, connection in idle:
            connection.close()

    def _connections(self, key: _Key) -> Iterator[PlainConnection]:
        """First those that are open, the youngest first, then a new one."""
        while (connection := self._take(key)) is not None:
            yield connection
        scheme, host, port = key
        yield (TlsConnection if scheme == "https" else PlainConnection)(self._guard, host, port)

    def _take(self, key: _Key) -> PlainConnection | None:
        with self._lock:
            self._drop_old()
            for place in reversed(range(len(self._idle))):
                if self._idle[place][1] == key:
                    return self._idle.pop(place)[2]
        return None

    def _keep(self, key: _Key, connection: PlainConnection) -> None:
        with self._lock:
            self._idle.append((time.monotonic(), key, connection))
            self._drop_old()

    def _drop_old(self) -> None:
        oldest = time.monotonic() - IDLE_S
        while self._idle and (len(self._idle) > MAX_IDLE or self._idle[0][0] < oldest):
            self._idle.pop(0)[2].close()


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _problem_of(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"The endpoint answered {status}; redirects are not followed."
    return f"The endpoint answered {status}."


def _sentence(problem: Exception, total_s: float) -> str:
    """What went wrong, without addresses or other things that only we should know."""
    if isinstance(problem, NotConnected):
        return str(problem)
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"The certificate was refused: {problem.verify_message}."
    if isinstance(problem, ssl.SSLError):
        return f"TLS failed: {(problem.reason or 'no reason given').lower().replace('_', ' ')}."
    if isinstance(problem, TimeoutError):
        return f"No answer within {total_s:g} s."
    if isinstance(problem, ConnectionError):
        return "The connection was closed before an answer came."
    return f"What came back is not HTTP ({type(problem).__name__})."


def _read(answer: http.client.HTTPResponse) -> tuple[bytes, bool]:
    """The beginning of an answer's body, and whether that was all of it: only then is the connection of any use.

    Whatever stops the reading, the cap, the deadline or a mistake of the far side, what came until then is kept.
    """
    said = b""
    try:
        while len(said) < READ_BYTES and (more := answer.read1(READ_BYTES - len(said))):
            said += more
        is_whole = answer.isclosed() if answer.chunked else answer.length == 0
    except (OSError, http.client.HTTPException, ValueError):
        is_whole = False
    answer.close()
    return said, is_whole


def _shown(said: bytes) -> str:
    text = said[:KEEP_BYTES].decode("utf-8", "replace")
    return "".join(letter for letter in text if letter in "\n\t" or not unicodedata.category(letter).startswith("C"))
