"""`python -m bench.http_client`: the HTTP client of the worker beside one on httpcore, with the same deadline.

The peer takes HTTP/1.1 and connections from httpcore: `pool` is its ConnectionPool, `connections` its HTTPConnection
with a list of idle ones, as the worker's client has. It does not check addresses. Needs `pip install httpcore~=1.0`.
Rounds alternate; the table gives medians, and processor time, which a busy machine changes less than the rate.
"""

import argparse
import select
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_network
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from bench.sink import sinks
from bench.tools import need

try:
    import httpcore
except ImportError:
    need("httpcore")

from worker.http_client import HttpClient
from worker.safe_connect import SafeConnector

PORTS = 8
BODY = b'{"type":"comment.approved","data":{}}' * 12
HEADERS = {"Content-Type": "application/json", "webhook-id": "evt_1", "webhook-signature": "v1,AAAA"}

Post = Callable[[str], int | None]


class Deadline(float):
    """A moment of `time.monotonic()`. httpcore passes time-outs unchanged to the backend, so it can be one."""

    def left(self) -> float:
        """Seconds left. Raises TimeoutError when none are."""
        if (left := self - time.monotonic()) <= 0:
            raise TimeoutError
        return left


class Stream(httpcore.NetworkStream):
    """A socket whose every wait ends at the deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self, max_bytes: int, timeout: Any = None) -> bytes:
        """Some bytes."""
        self._sock.settimeout(timeout.left())
        return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: Any = None) -> None:
        """All of the bytes."""
        self._sock.settimeout(timeout.left())
        self._sock.sendall(buffer)

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        """Whether the peer has closed an idle connection."""
        if info != "is_readable":
            return None
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))


class Backend(httpcore.NetworkBackend):
    """Connects."""

    def connect_tcp(self, host: str, port: int, timeout: Any = None, **_: Any) -> Stream:
        """A connection."""
        sock = socket.create_connection((host, port), timeout.left())
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Stream(sock)


class Connections:
    """httpcore's HTTPConnection with a list of idle ones."""

    def __init__(self) -> None:
        self._idle: list[httpcore.HTTPConnection] = []
        self._lock = threading.Lock()

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send the request over an idle connection, or a new one, which is kept afterwards."""
        origin = request.url.origin
        with self._lock:
            found = [place for place, each in enumerate(self._idle) if each.can_handle_request(origin)]
            connection = self._idle.pop(found[-1]) if found else None
        connection = connection or httpcore.HTTPConnection(origin, network_backend=Backend())
        response = connection.handle_request(request)
        response.read()
        response.close()
        with self._lock:
            self._idle.append(connection)
        return response


def ours() -> Post:
    """The worker's client."""
    client = HttpClient(SafeConnector(allow=[ip_network("127.0.0.0/8")]))
    return lambda url: client.post(url, BODY, HEADERS).http_status


def peer(pool: Any) -> Post:
    """A client on this pool of httpcore's."""

    def post(url: str) -> int:
        deadline, parts = Deadline(time.monotonic() + 10), urlsplit(url)
        target = httpcore.URL(scheme=parts.scheme, host=parts.hostname, port=parts.port, target=parts.path)
        timeouts = dict.fromkeys(("connect", "read", "write"), deadline)
        headers = {"Host": parts.netloc, "User-Agent": "Rejoinder", "Content-Length": str(len(BODY)), **HEADERS}
        request = httpcore.Request("POST", target, headers=headers, content=BODY, extensions={"timeout": timeouts})
        response = pool.handle_request(request)
        response.read()
        response.close()
        return int(response.status)

    return post


CLIENTS: dict[str, Callable[[], Post]] = {
    "http.client (worker)": ours,
    "httpcore, connections": lambda: peer(Connections()),
    "httpcore, pool": lambda: peer(httpcore.ConnectionPool(max_connections=None, network_backend=Backend())),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One round of one client: requests per second, milliseconds, and microseconds of processor time per request."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def main() -> None:
    """Print a table for each load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--count", type=int, default=1_500)
    options = parser.parse_args()
    with sinks(PORTS) as ports:
        for after_ms, threads in ((0, 8), (50, 64)):
            urls = [f"http://127.0.0.1:{port}/after/{after_ms}" for port in ports]
            runs: dict[str, list[Figures]] = {name: [] for name in CLIENTS}
            for _ in range(options.rounds):
                for name, make in CLIENTS.items():
                    runs[name].append(_measure(make(), urls, threads=threads, count=options.count))
            _print(f"{threads} threads, {PORTS} receivers that answer in {after_ms} ms", runs)


def _measure(post: Post, urls: list[str], *, threads: int, count: int) -> Figures:
    latencies_ms: list[float] = []

    def once(number: int) -> None:
        began = time.perf_counter()
        assert post(urls[number % len(urls)]) == 204
        latencies_ms.append((time.perf_counter() - began) * 1000)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(once, range(2 * threads)))  # connects
        latencies_ms.clear()
        began, cpu_began = time.perf_counter(), time.process_time()
        list(pool.map(once, range(count)))
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    steps = quantiles(latencies_ms, n=100)
    return Figures(count / seconds, steps[49], steps[98], cpu_seconds / count * 1e6)


def _print(title: str, runs: dict[str, list[Figures]]) -> None:
    first = next(iter(runs.values()))
    print(f"\n{title}\n\n| client | requests/s | p50 ms | p99 ms | CPU µs/request | rate of the worker's ÷ this |")
    print("|---|---|---|---|---|---|")
    for name, rounds in runs.items():
        ratios = sorted(one.rate / other.rate for one, other in zip(first, rounds, strict=True))
        middle = [median(getattr(each, figure) for each in rounds) for figure in Figures.__slots__]
        cells = f"{middle[0]:,.0f} | {middle[1]:.1f} | {middle[2]:.1f} | {middle[3]:.0f}"
        print(f"| {name} | {cells} | {median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}) |", flush=True)


if __name__ == "__main__":
    main()
