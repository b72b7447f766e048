"""Request slots: a bounded number of requests in the app, and slow senders and busy databases hold up nobody else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from service.app import create_app
from service.server.concurrency import RequestSlots
from service.server.request_bodies import Bodies
from tests.service.bodies import COMMENTS, a_body
from tests.waiting import eventually

MANY = 8


@pytest.fixture
def pool():
    """Threads that send requests."""
    with ThreadPoolExecutor(MANY) as pool:
        yield pool


def bounded(app, *, slots=1, most_bytes=10):
    """The app behind request slots."""
    return RequestSlots(app, Bodies(most_bytes), slots=slots)


def ask(app, *, body=None, **environ):
    """The response of the app to this request."""
    wsgi_input = {"wsgi.input": body, "CONTENT_LENGTH": "5"} if body else {}
    request = {"REQUEST_METHOD": "POST" if body else "GET", **wsgi_input, **environ}
    return list(app(request, lambda *started: None))


def ok(environ, start_response):
    """An app that answers at once."""
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


class Slow:
    """The body of a sender that pauses until `go_on` is set."""

    def __init__(self):
        self.began, self.go_on = threading.Event(), threading.Event()

    def read(self, size=-1):
        self.began.set()
        assert self.go_on.wait(timeout=30)
        return b"12345"[:size]


def test_no_more_requests_are_in_the_app_than_there_are_slots(pool):
    inside, seen, together = [], [], threading.Barrier(MANY)

    def app(environ, start_response):
        inside.append(1)
        threading.Event().wait(0.01)
        seen.append(len(inside))
        inside.pop()
        return ok(environ, start_response)

    app = bounded(app, slots=2)

    def ask_together(_):
        together.wait(timeout=30)
        ask(app)

    list(pool.map(ask_together, range(MANY)))

    assert len(seen) == MANY
    assert max(seen) <= 2


def test_a_slow_sender_holds_no_slot(pool):
    slow, app = Slow(), bounded(ok)
    sending = pool.submit(ask, app, body=slow)
    assert slow.began.wait(30)

    assert ask(app) == [b"ok"]

    slow.go_on.set()
    assert sending.result(30) == [b"ok"]


def test_a_body_comes_through_whole():
    def echo(environ, start_response):
        return [environ["wsgi.input"].read()]

    app = bounded(echo)

    assert ask(app, body=BytesIO(b"12345")) == [b"12345"]
    assert ask(app, body=BytesIO(b"12345 and more")) == [b"12345"]
    assert ask(app, body=BytesIO(b"12345"), CONTENT_LENGTH="", **{"wsgi.input_terminated": True}) == [b"12345"]


def test_a_body_that_is_too_long_is_left_unread():
    body = BytesIO(b"12345")

    ask(bounded(ok, most_bytes=4), body=body)

    assert body.tell() == 0


def test_an_app_that_raises_frees_its_slot():
    def broken(environ, start_response):
        raise KeyError("mine")

    app = bounded(broken)

    for _ in range(2):
        with pytest.raises(KeyError):
            ask(app)


def test_a_comment_that_waits_for_the_database_keeps_nobody_out(settings, sqlite_store, dispatch, pool):
    app, other = create_app(settings, store=sqlite_store, dispatch=dispatch), Slow()
    writing = pool.submit(sqlite_store.write, lambda uow: other.read())
    assert other.began.wait(30)

    sending = pool.submit(lambda: app.test_client().post(COMMENTS, json=a_body()))
    eventually(lambda: any(sqlite_store._database._group._waiting.values()))
    answer = app.test_client().get("/health")

    assert answer.status_code == 200
    assert not sending.done()
    other.go_on.set()
    assert sending.result(30).status_code == 202
    writing.result(30)
