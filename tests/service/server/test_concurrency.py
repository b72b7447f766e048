"""The gate: one thread at a time, none of them for long, and whoever waits for something else waits outside."""

import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest

from moderation.store import Store
from service.app import create_app
from service.server.concurrency import LARGEST, Gate, Gated
from service.server.request_bodies import Bodies
from tests.builders import RecordingDispatch, a_sealer
from tests.service.bodies import COMMENTS, a_body
from tests.waiting import eventually

FOREVER_S = 60
MANY = 8


@pytest.fixture
def pool():
    """Threads to ask with."""
    with ThreadPoolExecutor(MANY) as pool:
        yield pool


@pytest.fixture
def gate():
    """A gate at which everybody waits, however long it takes: a test that should not wait would not end."""
    return Gate(FOREVER_S)


def gated(app, gate, *, most_bytes=10):
    """The app behind the gate."""
    return Gated(app, gate, Bodies(most_bytes), threads=MANY)


def asked(app, *, body=None, **environ):
    """What the app answers to this request."""
    wsgi_input = {"wsgi.input": body, "CONTENT_LENGTH": "5"} if body else {}
    return app({"REQUEST_METHOD": "POST" if body else "GET", **wsgi_input, **environ}, lambda *started: None)


def short(environ, start_response):
    """An app that knows how long its answer is."""
    start_response("200 OK", [("Content-Length", "2")])
    return iter([b"o", b"k"])


class Slow:
    """The body of a sender that takes its time, or an app that does."""

    def __init__(self):
        self.began, self.go_on = threading.Event(), threading.Event()

    def read(self, size=-1):
        self.began.set()
        assert self.go_on.wait(timeout=30)
        return b"12345"[:size]

    def __call__(self, environ, start_response):
        self.read()
        return short(environ, start_response)


def test_only_one_thread_is_inside_at_a_time(gate, pool):
    inside, seen, together = [], [], threading.Barrier(MANY)

    def app(environ, start_response):
        inside.append(1)
        threading.Event().wait(0.001)
        seen.append(len(inside))
        inside.pop()
        return short(environ, start_response)

    def ask(_):
        together.wait(timeout=30)
        asked(gated(app, gate))

    list(pool.map(ask, range(MANY)))

    assert seen == [1] * MANY


def test_no_more_threads_are_in_the_app_than_there_is_room_for_though_they_step_aside(gate, pool):
    inside, seen, together = [], [], threading.Barrier(MANY)

    def app(environ, start_response):
        inside.append(1)
        with gate.aside():
            seen.append(len(inside))
            threading.Event().wait(0.01)
        inside.pop()
        return short(environ, start_response)

    roomy = Gated(app, gate, Bodies(10), threads=2)

    def ask(_):
        together.wait(timeout=30)
        asked(roomy)

    list(pool.map(ask, range(MANY)))

    assert max(seen) <= 2


def test_nobody_waits_longer_than_the_gate_is_patient(pool):
    gate, slow = Gate(patience_s=0.01), Slow()
    held = pool.submit(asked, gated(slow, gate))
    slow.began.wait(30)

    answers = [asked(gated(short, gate)) for _ in range(2)]

    slow.go_on.set()
    assert answers == [[b"o", b"k"]] * 2
    assert held.result(30) == [b"o", b"k"]


def test_the_body_of_a_slow_sender_is_waited_for_outside(gate, pool):
    slow, app = Slow(), gated(short, gate)
    sending = pool.submit(asked, app, body=slow)
    slow.began.wait(30)

    assert asked(app) == [b"o", b"k"]

    slow.go_on.set()
    assert sending.result(30) == [b"o", b"k"]


def test_a_body_comes_through_whole(gate):
    def app(environ, start_response):
        return [environ["wsgi.input"].read()]

    app = gated(app, gate)

    assert list(asked(app, body=BytesIO(b"12345"))) == [b"12345"]
    assert list(asked(app, body=BytesIO(b"12345 and more"))) == [b"12345"]
    assert list(asked(app, body=BytesIO(b"12345"), CONTENT_LENGTH="", **{"wsgi.input_terminated": True})) == [
        b"12345"
    ]


def test_a_body_that_is_too_long_is_left_unread(gate):
    body = BytesIO(b"12345")

    asked(gated(short, gate, most_bytes=4), body=body)

    assert body.tell() == 0


def test_an_app_that_raises_leaves_the_gate_open(gate):
    def broken(environ, start_response):
        raise KeyError("mine")

    with pytest.raises(KeyError):
        asked(gated(broken, gate))

    assert asked(gated(short, gate))


@pytest.mark.parametrize("headers", [[], [("Content-Length", str(LARGEST + 1))]], ids=["no length", "too long"])
def test_a_stream_is_read_outside(gate, headers):
    app = gated(short, gate)

    def stream(environ, start_response):
        start_response("200 OK", headers)
        return (chunk for _ in range(2) for chunk in asked(app))

    assert b"".join(asked(gated(stream, gate))) == b"okok"


def test_a_short_answer_is_given_whole_and_closed(gate):
    class Closing(list):
        is_closed = False

        def close(self):
            self.is_closed = True

    answer = Closing([b"ok"])

    def app(environ, start_response):
        start_response("200 OK", [("content-length", "2")])
        return answer

    assert asked(gated(app, gate)) == [b"ok"]
    assert answer.is_closed


def test_whoever_steps_aside_lets_another_in_and_returns(gate, pool):
    with gate.inside():
        with gate.aside():
            pool.submit(lambda: asked(gated(short, gate))).result(30)
            with gate.inside():
                pass
        other = pool.submit(lambda: asked(gated(short, gate)))
        assert not other.done()

    assert other.result(30)


def test_a_thread_that_never_came_in_may_step_aside(gate):
    with gate.aside(), gate.inside():
        pass

    assert asked(gated(short, gate))


def test_a_comment_that_waits_for_its_turn_keeps_nobody_out(settings, sqlite_url, sqlite_store, gate, pool):
    """Another process writes meanwhile."""
    store, other = Store(sqlite_url, a_sealer(), gate=gate), Slow()
    app = create_app(settings, store=store, gate=gate, dispatch=RecordingDispatch())
    writing = pool.submit(sqlite_store.write, lambda uow: other.read())
    other.began.wait(30)

    waiting = pool.submit(lambda: app.test_client().post(COMMENTS, json=a_body()))
    eventually(lambda: store._database._group._is_led)
    answer = app.test_client().get("/health")

    assert answer.status_code == 200
    assert not waiting.done()
    other.go_on.set()
    assert waiting.result(30).status_code == 202
    writing.result(30)
    store.close()
