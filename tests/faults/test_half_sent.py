"""A sender who begins a hundred requests and ends none keeps nobody else out."""

import http.client
import json
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from service.server.connections import MAX_PER_NETWORK
from tests.stack import Stack
from tests.waiting import LIMIT_S, eventually

pytestmark = pytest.mark.slow

HALF = b"POST /v1/sites/demo/comments HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 60\r\n\r\n{"
OVER = 36
ELSEWHERE = ("127.0.1.2", 0)
"""Another network than 127.0.0.1, on the same machine."""


@pytest.fixture
def half_sent(stack: Stack) -> Iterator[list[socket.socket]]:
    """A network's share of requests and more, all of them begun and none ended; those over the share are refused."""
    stack.start("valkey", "web")
    with ExitStack() as opened:
        senders = [
            opened.enter_context(socket.create_connection(("127.0.0.1", stack.port)))
            for _ in range(MAX_PER_NETWORK + OVER)
        ]
        for sender in senders:
            sender.sendall(HALF)
        answered = eventually(lambda: answers_to(senders, at_least=OVER))
        assert {sender.recv(12) for sender in answered} == {b"HTTP/1.1 503"}
        yield senders


def test_another_network_reads_and_writes_while_one_has_sent_a_hundred_halves(
    stack: Stack, half_sent: list[socket.socket]
) -> None:
    assert health_from(stack, ELSEWHERE) == 200
    assert comment_from(stack, ELSEWHERE) == 202


def test_a_network_has_its_share_again_when_its_halves_end(stack: Stack, half_sent: list[socket.socket]) -> None:
    for sender in half_sent:
        sender.close()

    eventually(lambda: stack.comment("From the same network.").status == 202)


def answers_to(senders: list[socket.socket], *, at_least: int) -> list[socket.socket]:
    """The senders whom the server has said something to, once they are so many."""
    readable, _, _ = select.select(senders, [], [], 0)
    return readable if len(readable) >= at_least else []


def health_from(stack: Stack, address: tuple[str, int]) -> int:
    """The status of /health when it is asked from this address."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30, source_address=address)
    connection.request("GET", "/health")
    status = connection.getresponse().status
    connection.close()
    return status


def comment_from(stack: Stack, address: tuple[str, int]) -> int:
    """The status of a comment that is sent from this address."""
    payload = {"name": "Rita", "email": "rita@reader.example", "body": "Hello.", "thread": {"key": "a-page"}}
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=LIMIT_S, source_address=address)
    connection.request(
        "POST", "/v1/sites/demo/comments", json.dumps(payload), headers={"Content-Type": "application/json"}
    )
    status = connection.getresponse().status
    connection.close()
    return status
