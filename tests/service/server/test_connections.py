"""Connections: nobody keeps others out by being silent, slow, cut off or many."""

import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import ClassVar

import pytest
import uvicorn

from service.server.connections import BoundedProtocol, ProxiedProtocol
from service.server.wsgi_bridge import MAX_WAIT_S, WsgiBridge
from tests.stack import free_port
from tests.waiting import LIMIT_S, eventually

POST = b"POST /write HTTP/1.1\r\nHost: blog.example\r\n"
GET = b"GET /read HTTP/1.1\r\nHost: blog.example\r\n\r\n"
LONG = b"x" * 20_000_000
SHARE = 8


class Impatient(BoundedProtocol):
    """The shipped protocol with short deadlines."""

    first_byte_s = 0.3
    request_s = 0.6
    unread_s = 0.6
    open_connections: ClassVar[Counter[str]] = Counter()


class Patient(BoundedProtocol):
    """The shipped protocol with a small share."""

    per_network = SHARE
    open_connections: ClassVar[Counter[str]] = Counter()


class App:
    """A WSGI app that remembers which bodies reached it. at: the time on the server's clock, in seconds."""

    def __init__(self):
        self.at = 0.0
        self.bodies = []
        self.may_write = threading.Event()
        self.may_write.set()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        if environ["REQUEST_METHOD"] == "POST":
            self.may_write.wait(30)
            self.bodies.append(body)
        answer = LONG if environ["PATH_INFO"] == "/long" else b"ok"
        start_response("200 OK", [("Content-Length", str(len(answer))), ("Content-Type", "text/plain")])
        return [answer]


class Client:
    """A socket to the server."""

    def __init__(self, port, source="127.0.0.1"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S, source_address=(source, 0))

    def send(self, data, *, is_last=False):
        """Send the data; is_last: and nothing after it."""
        self.socket.sendall(data)
        if is_last:
            self.socket.shutdown(socket.SHUT_WR)
        return self

    def rest(self):
        """Everything until the server closes."""
        received = b""
        while data := self.socket.recv(65536):
            received += data
        return received

    def rest_or_reset(self):
        """What arrives until the server closes or resets the connection."""
        received = b""
        with suppress(ConnectionResetError):
            while data := self.socket.recv(65536):
                received += data
        return received

    def status(self):
        """The status code of the answer."""
        received = b""
        while b"\r\n\r\n" not in received and (data := self.socket.recv(65536)):
            received += data
        return int(received.split(b" ")[1])


@pytest.fixture
def app():
    """The app behind the server."""
    return App()


@pytest.fixture
def serve(app):
    """Starts a server with a protocol and returns a function that connects to it."""
    running, clients = [], []

    def start(protocol=Patient):
        port = free_port()
        app.bridge = WsgiBridge(app, threads=2, max_body_bytes=1000, ticks=lambda: app.at)
        config = uvicorn.Config(
            app.bridge, port=port, http=protocol, ws="none", lifespan="off",
            interface="asgi3", log_config=None, access_log=False,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        eventually(lambda: server.started)

        def connect(source="127.0.0.1"):
            clients.append(Client(port, source))
            return clients[-1]

        return connect

    yield start
    app.may_write.set()
    for client in clients:
        client.socket.close()
    for server, thread in running:
        server.should_exit = True
        thread.join(LIMIT_S)


def test_a_silent_connection_is_closed(serve):
    silent = serve(Impatient)()

    assert silent.rest() == b""


@pytest.mark.parametrize(
    "half",
    [b"GET / HT", POST + b"Content-Length: 10\r\n\r\n12345", POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345"],
    ids=["headers", "content-length", "chunked"],
)
def test_a_request_that_does_not_arrive_in_time_is_refused(serve, app, half):
    slow = serve(Impatient)().send(half)

    assert slow.status() == 408
    assert app.bodies == []


def test_a_request_behind_another_one_has_a_deadline_too(serve):
    client = serve(Impatient)().send(GET + b"GET / HT")

    assert b"408 Request Timeout" in client.rest()


def test_a_request_behind_one_that_is_being_answered_waits_for_the_answer(serve, app):
    app.may_write.clear()
    client = serve(Impatient)().send(POST + b"Content-Length: 1\r\n\r\nx" + GET[:10])
    time.sleep(Impatient.request_s * 2)

    app.may_write.set()

    assert client.status() == 200
    assert app.bodies == [b"x"]


def test_empty_lines_before_a_request_are_skipped(serve):
    client = serve()().send(b"\r\n")
    time.sleep(0.2)  # so that they arrive apart
    client.send(GET)

    assert client.status() == 200


def test_a_body_does_not_count_as_headers_of_the_next_request(serve, app):
    body = b"x" * 40_000
    client = serve()().send(POST + b"Content-Length: 40000\r\n\r\n" + body + GET[:10])
    eventually(lambda: app.bodies)

    client.send(GET[10:], is_last=True)

    assert client.rest().count(b"200 OK") == 2


def test_readers_who_do_not_read_hold_no_thread_and_are_cut_off(serve):
    connect = serve(Impatient)
    idle = [connect().send(b"GET /long HTTP/1.1\r\nHost: blog.example\r\n\r\n") for _ in range(12)]

    assert connect().send(GET).status() == 200

    eventually(lambda: Impatient.open_connections.total() <= 1)
    assert all(len(reader.rest_or_reset()) < len(LONG) for reader in idle)


def test_dripping_bytes_does_not_extend_the_deadline(serve):
    dripping = serve(Impatient)().send(POST + b"Content-Length: 1000000\r\n\r\n")

    def is_refused():
        try:
            dripping.socket.send(b"x")
        except OSError:
            return True
        return False

    eventually(is_refused)


@pytest.mark.parametrize(
    "cut",
    [
        POST + b"Content-Length: 600\r\n\r\n" + b"x" * 90,
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n123",
        POST,
    ],
    ids=["content-length", "no last chunk", "half a chunk", "half of the headers"],
)
def test_a_request_that_is_cut_off_is_refused_and_reaches_nobody(serve, app, cut):
    client = serve()().send(cut, is_last=True)

    assert client.status() == 400
    assert app.bodies == []


def test_a_client_that_sends_nothing_more_still_gets_its_answer(serve):
    client = serve()().send(GET, is_last=True)

    assert client.status() == 200


@pytest.mark.parametrize(
    "bad",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["no host", "two hosts", "bare line ends", "two lengths", "length and chunks"],
)
def test_what_two_servers_would_read_differently_is_refused(serve, app, bad):
    assert serve()().send(bad).status() == 400
    assert app.bodies == []


def test_headers_without_end_are_refused(serve):
    client = serve()().send(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 40_000)

    assert client.status() == 431


def test_a_network_has_a_share_of_the_connections_and_others_keep_theirs(serve):
    connect = serve()
    for _ in range(SHARE):
        connect().send(b"G")

    assert connect().status() == 503
    assert connect("127.0.1.1").send(GET).status() == 200


def test_a_closed_connection_gives_its_place_back(serve):
    connect = serve()
    crowd = [connect() for _ in range(SHARE)]
    eventually(lambda: Patient.open_connections.total() == SHARE)
    for client in crowd:
        client.socket.close()

    eventually(lambda: Patient.open_connections.total() == 0)
    assert connect().send(GET).status() == 200


def test_behind_a_proxy_there_is_no_share(serve):
    connect = serve(ProxiedProtocol)
    for _ in range(200):
        connect().send(b"G")

    assert connect().send(GET).status() == 200


def test_reads_are_answered_while_every_write_waits(serve, app):
    connect = serve()
    app.may_write.clear()
    writers = [connect().send(POST + b"Content-Length: 1\r\n\r\nx") for _ in range(5)]

    assert connect().send(GET).status() == 200

    app.may_write.set()
    assert [writer.status() for writer in writers] == [200] * 5


def test_a_request_that_waited_too_long_for_a_thread_is_asked_to_come_back(serve, app):
    connect = serve()
    app.may_write.clear()
    writers = [connect().send(POST + b"Content-Length: 1\r\n\r\nx") for _ in range(2)]
    eventually(lambda: app.bridge._writes.active == 2)
    waiting = [connect().send(POST + b"Content-Length: 1\r\n\r\ny") for _ in range(5)]
    eventually(lambda: app.bridge._writes.active == 7)

    app.at = MAX_WAIT_S + 1
    app.may_write.set()

    assert [each.status() for each in writers] == [200] * 2
    assert {each.status() for each in waiting} == {503}
    assert app.bodies == [b"x"] * 2


def test_a_body_arrives_whole_in_either_framing(serve, app):
    connect = serve()

    connect().send(POST + b"Content-Length: 5\r\n\r\n12345").status()
    connect().send(POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\n123\r\n2\r\n45\r\n0\r\n\r\n").status()

    assert app.bodies == [b"12345", b"12345"]


def test_pipelined_requests_are_all_answered(serve):
    client = serve()().send(GET + GET + GET, is_last=True)

    assert client.rest().count(b"200 OK") == 3
