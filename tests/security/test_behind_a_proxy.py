"""The attacks of tests/faults, behind nginx and Caddy as in docs/operate.md and behind the nginx of compose.yaml."""

import http.client
import json
import re
import resource
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count

import pytest

from moderation.comment import Comment
from moderation.queue import Search
from tests.security import proxies
from tests.stack import Stack, free_port
from tests.waiting import LIMIT_S, eventually

pytestmark = pytest.mark.slow

COMMENTS = "/v1/sites/demo/comments"
LIMIT = 20
"""How many comments one network may send in an hour."""

ELSEWHERE = "127.0.200.2"
NETWORKS = (f"127.0.{number}.2" for number in count(100))
"""Addresses that have sent nothing yet."""

IDLE = 1_050
ATTACKERS = tuple(f"127.0.{number}.2" for number in range(1, 9))
HALVES = 64
SHARE = 32
"""How many unfinished requests docs/operate.md lets one address have at nginx."""

UNLIMITED_S = 50
"""How long headers may take by themselves: nginx alone would wait for 60 seconds, Caddy for ever."""


@dataclass(frozen=True)
class Front:
    """A proxy in front of a web server. name: of its configuration; port: where the proxy listens."""

    name: str
    port: int
    stack: Stack

    def connect(self, address: str) -> socket.socket:
        """A new connection from this address."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_S, source_address=(address, 0))

    def health(self, address: str = ELSEWHERE) -> int:
        """The status of /health, asked from this address."""
        return self._ask("GET", "/health", address)

    def comment(self, address: str = ELSEWHERE, body: str = "A kind word.", **headers: str) -> int:
        """The status of a comment that is sent from this address."""
        payload = {"name": "Rita", "email": "rita@reader.example", "body": body, "thread": {"key": "a-page"}}
        return self._ask(
            "POST", COMMENTS, address, json.dumps(payload), {"Content-Type": "application/json", **headers}
        )

    def say(self, request: bytes, *, is_cut: bool = False, address: str = ELSEWHERE) -> bytes:
        """All that is answered to these bytes. is_cut: whether the client closes its side after them."""
        with self.connect(address) as connection:
            connection.sendall(request)
            if is_cut:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: _received(connection), b""))

    def comments(self) -> list[Comment]:
        """Every comment that was kept."""
        with self.stack.store.read() as uow:
            return list(uow.queue.page(Search(sites=("demo",), status=None, limit=100)).comments)

    def _ask(
        self, method: str, path: str, address: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> int:
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S, source_address=(address, 0))
        ) as connection:
            connection.request(method, path, body, headers or {})
            return connection.getresponse().status


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A web server behind one proxy, with a limit for each network."""
    database = tmp_path_factory.mktemp("database") / "rejoinder.db"
    with closing(Stack(f"sqlite:///{database}", proxy_hops="1", limit_network=f"{LIMIT}/hour")) as stack:
        stack.start("valkey", "web")
        yield stack
        print(stack.logs())


@pytest.fixture(scope="module", params=["nginx", "compose", "caddy"])
def front(request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The proxy in front of it."""
    port = free_port()
    with proxies.running(request.param, tmp_path_factory.mktemp("proxy"), port=port, upstream=stack.port):
        yield Front(request.param, port, stack)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Connections that are closed in the end, and enough file descriptors for them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    with ExitStack() as opened:
        yield opened
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_silent_connections_keep_nobody_out(front: Front, opened: ExitStack) -> None:
    for _ in range(IDLE):
        opened.enter_context(front.connect(ATTACKERS[0]))

    assert (front.health(), front.comment()) == (200, 202)
    assert front.health(ATTACKERS[0]) == 200


def test_eight_addresses_with_half_bodies_keep_nobody_out(front: Front, opened: ExitStack) -> None:
    half = f"POST {COMMENTS} HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 60\r\n\r\n{{".encode()
    halves = [opened.enter_context(front.connect(address)) for address in ATTACKERS * HALVES]
    for connection in halves:
        connection.sendall(half)

    assert (front.health(), front.comment()) == (200, 202)
    if front.name == "nginx":  # Caddy cannot limit one client's connections; compose.yaml leaves it to the TLS proxy
        assert sum(_still_waits(each) for each in halves) <= SHARE * len(ATTACKERS)


def test_slow_headers_keep_nobody_out_and_are_cut_off(front: Front, opened: ExitStack) -> None:
    slow = [opened.enter_context(front.connect(address)) for address in ATTACKERS * HALVES]
    for connection in slow:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ")

    assert (front.health(), front.comment()) == (200, 202)
    eventually(lambda: not any(_still_waits(each) for each in slow), within_s=UNLIMITED_S)


FORM = b"name=Rita&email=rita%40reader.example&thread_key=a-page&body=This+form+is+cut+off"
HEAD = f"POST {COMMENTS} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n".encode()
CUT_OFF = {
    "before its length": HEAD + b"Content-Length: 600\r\n\r\n" + FORM,
    "without its last chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(FORM), FORM),
    "in a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n" + FORM,
}


@pytest.mark.parametrize("cut", CUT_OFF)
def test_a_form_that_is_cut_off_is_not_kept(front: Front, cut: str) -> None:
    answer = front.say(CUT_OFF[cut], is_cut=True)

    assert b" 202 " not in answer and b" 303 " not in answer
    assert front.health() == 200  # whatever came of it has come by now: the server took it first
    assert [each for each in front.comments() if "cut off" in each.body] == []


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /v1/sites/demo/comments HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
GET = b"GET /health HTTP/1.1\r\nConnection: close\r\n"
AMBIGUOUS = {
    "length and chunks": POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "chunks and length": POST
    + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED),
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "a length with a sign": POST + b"Content-Length: +%d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two codings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two hosts": GET + b"Host: a\r\nHost: b\r\n\r\n",
    "no host": GET + b"\r\n",
}


@pytest.mark.parametrize("way", AMBIGUOUS)
def test_an_ambiguous_request_is_refused_and_changes_nobody_elses_answer(front: Front, way: str) -> None:
    answer = front.say(AMBIGUOUS[way])

    statuses = re.findall(rb"HTTP/1\.1 (\d+)", answer)
    assert len(statuses) <= 1, "the smuggled request was answered too"
    assert set(statuses) <= {b"400", b"411", b"415", b"422", b"501"}
    assert [front.health(), front.health()] == [200, 200]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.{}"},
        {"X-Forwarded-For": "203.0.113.{}, 198.51.100.7"},
        {"x-forwarded-for": "203.0.113.{}", "Forwarded": "for=203.0.113.{}", "X-Real-IP": "203.0.113.{}"},
        {"X_Forwarded_For": "203.0.113.{}", "Client-IP": "203.0.113.{}", "True-Client-IP": "203.0.113.{}"},
    ],
    ids=["one address", "two addresses", "other names", "an underscore"],
)
def test_no_header_of_a_client_changes_the_network_that_limits_see(front: Front, headers: dict[str, str]) -> None:
    mine, other = next(NETWORKS), next(NETWORKS)

    statuses = [
        front.comment(mine, f"Comment {number}.", **{name: value.format(number) for name, value in headers.items()})
        for number in range(LIMIT + 1)
    ]

    assert statuses == [202] * LIMIT + [429]
    assert front.comment(other) == 202
    assert {each.masked_address[:6] for each in front.comments()} == {"127.0."}


def test_nginx_under_a_path_as_installation_says(tmp_path, sqlite_url) -> None:
    proxies.need("nginx")
    locations = [line for block in proxies.documented("install.md", "nginx") for line in block.splitlines()]
    port = free_port()
    with closing(Stack(sqlite_url, proxy_hops="1", public_url=f"http://127.0.0.1:{port}/comments")) as stack:
        stack.start("valkey", "web")
        for number, location in enumerate(locations):
            folder = tmp_path / str(number)
            folder.mkdir()
            with proxies.nginx_with(location, folder, port=port, upstream=stack.port):
                form = stack.get(f"http://127.0.0.1:{port}/comments/sites/demo/form?thread=a")
                sheet = stack.get(f"http://127.0.0.1:{port}/comments/embed.css")

            assert (form.status, sheet.status) == (200, 200)
            assert 'action="/comments/v1/sites/demo/comments"' in form.text
    assert len(locations) == 2


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionError:
        return b""


def _still_waits(connection: socket.socket) -> bool:
    """Whether the other side has neither answered nor closed."""
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    return False
