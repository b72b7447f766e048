"""The short way in answers as Flask does. A query, which nobody reads, is all that keeps a comment from it."""

import pytest

from service.app import create_app
from tests.service.bodies import BLOG, COMMENTS, a_body
from tests.service.conftest import settings_of

LONG = f"{COMMENTS}?by=flask"

PLAIN = {
    "a program": {"json": a_body()},
    "a page of the site": {"json": a_body(), "headers": {"Origin": BLOG}},
    "with a key to repeat": {"json": a_body(), "headers": {"Idempotency-Key": "k"}},
    "with a charset": {"data": b'{"name": "\xc3\xa9"}', "content_type": "application/json; charset=utf-8"},
    "from a page elsewhere": {"json": a_body(), "headers": {"Origin": "https://evil.example"}},
    "our own form page": {"json": a_body(), "headers": {"Origin": "http://localhost"}},
    "an odd host": {"json": a_body(), "headers": {"Host": "under_score"}},
    "a broken host": {"json": a_body(), "headers": {"Host": "a..b"}},
    "an unknown key": {"json": a_body(), "headers": {"Authorization": "Bearer rj_x"}},
    "wrong fields": {"json": a_body(email="x", thread=None)},
    "an unknown parent": {"json": a_body(parent="cmt_x")},
    "a bad key to repeat": {"json": a_body(), "headers": {"Idempotency-Key": "with space"}},
    "an empty key to repeat": {"json": a_body(), "headers": {"Idempotency-Key": ""}},
    "two keys to repeat": {"json": a_body(), "headers": [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]},
    "no JSON": {"data": b"{", "content_type": "application/json"},
    "no UTF-8": {"data": b"\xff", "content_type": "application/json"},
    "no object": {"data": b"[]", "content_type": "application/json"},
    "less than was told": {"json": a_body(), "environ_overrides": {"CONTENT_LENGTH": "900"}},
    "nothing": {"data": b"", "content_type": "application/json"},
    "another type": {"data": b"{}", "content_type": "text/plain"},
    "too much": {"data": b" " * 1_048_577, "content_type": "application/json"},
}


@pytest.fixture
def fresh(settings, sqlite_store, dispatch, clock):
    """A client whose limits have counted nothing yet."""
    return lambda home=settings: create_app(home, store=sqlite_store, dispatch=dispatch, now=clock).test_client()


@pytest.mark.parametrize("request_", PLAIN.values(), ids=PLAIN)
def test_both_ways_give_the_same_answer(fresh, request_):
    short, long = fresh().post(COMMENTS, **request_), fresh().post(LONG, **request_)

    assert (short.status, told(short)) == (long.status, told(long))
    assert names(short) == names(long)


def test_a_plain_comment_does_not_meet_flask(app, client, monkeypatch):
    monkeypatch.setattr(app, "full_dispatch_request", None)

    assert client.post(COMMENTS, json=a_body()).status_code == 202


@pytest.mark.parametrize("url", [COMMENTS, LONG])
def test_what_goes_wrong_is_counted_once(fresh, tmp_path, url):
    client = fresh(settings_of(tmp_path, limit_network="2/hour"))

    sent = [client.post(url, json=a_body(email="x")).status_code for _ in range(3)]

    assert sent == [422, 422, 429]


def test_both_ways_are_counted_as_one_route(app, client):
    client.post(COMMENTS, json=a_body())
    client.post(LONG, json=a_body())

    counted = client.get("/metrics").text

    assert 'rejoinder_http_requests_total{route="/v1/sites/<site_id>/comments",status="202"} 2.0' in counted


def test_a_mistake_of_ours_is_answered_and_noted_as_ever(app, client, monkeypatch, caplog):
    monkeypatch.setattr("service.http.fast_path.submit", lambda *_: 1 / 0)

    answer = client.post(COMMENTS, json=a_body())

    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "ZeroDivisionError" in caplog.text


def told(answer):
    """What it says, without what is new in each."""
    said = answer.get_json()
    return said.keys() if answer.status_code == 202 else said


def names(answer):
    """Its headers, without the length and the link, which differ in each."""
    return sorted((name, value) for name, value in answer.headers if name not in {"Content-Length", "Location"})
