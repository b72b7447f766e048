"""The fast path answers as Flask does. A query, which no view reads, is enough to keep a comment off it."""

import pytest

from service.app import create_app
from tests.service.bodies import BLOG, COMMENTS, a_body
from tests.service.conftest import settings_of

BY_FLASK = f"{COMMENTS}?by=flask"

PLAIN = {
    "from a program": {"json": a_body()},
    "from a page of the site": {"json": a_body(), "headers": {"Origin": BLOG}},
    "with an idempotency key": {"json": a_body(), "headers": {"Idempotency-Key": "k"}},
    "with a charset": {"data": b'{"name": "\xc3\xa9"}', "content_type": "application/json; charset=utf-8"},
    "wrong fields": {"json": a_body(email="x", thread=None)},
    "wrong fields, from a page": {"json": a_body(email="x"), "headers": {"Origin": BLOG}},
    "wrong fields, for a browser": {"json": a_body(email="x"), "headers": {"Accept": "text/html"}},
    "an unknown parent": {"json": a_body(parent="cmt_x")},
    "a bad idempotency key": {"json": a_body(), "headers": {"Idempotency-Key": "with space"}},
    "an empty idempotency key": {"json": a_body(), "headers": {"Idempotency-Key": ""}},
    "two idempotency keys": {"json": a_body(), "headers": [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]},
    "shorter than its length": {"json": a_body(), "environ_overrides": {"CONTENT_LENGTH": "900"}},
    "not JSON": {"data": b"{", "content_type": "application/json"},
    "not UTF-8": {"data": b"\xff", "content_type": "application/json"},
    "not an object": {"data": b"[]", "content_type": "application/json"},
}
"""Requests that the fast path answers."""

UNUSUAL = {
    "from a page elsewhere": (403, {"json": a_body(), "headers": {"Origin": "https://evil.example"}}),
    "from Rejoinder's own form page": (202, {"json": a_body(), "headers": {"Origin": "http://localhost"}}),
    "with an underscore in the host": (202, {"json": a_body(), "headers": {"Host": "under_score"}}),
    "with a broken host": (400, {"json": a_body(), "headers": {"Host": "a..b"}}),
    "with an unknown key": (401, {"json": a_body(), "headers": {"Authorization": "Bearer rj_x"}}),
    "without a body": (400, {"data": b"", "content_type": "application/json"}),
    "of another type": (415, {"data": b"{}", "content_type": "text/plain"}),
    "too large": (413, {"data": b" " * 1_048_577, "content_type": "application/json"}),
}
"""Requests that Flask answers, each with its status."""


@pytest.fixture
def fresh(settings, sqlite_store, dispatch, clock):
    """A client whose limits have counted nothing yet: `fresh()`."""
    return lambda home=settings: create_app(home, store=sqlite_store, dispatch=dispatch, now=clock).test_client()


@pytest.fixture
def dispatched(app, monkeypatch):
    """How often Flask has dispatched a request to a view: a list with an entry for each."""
    dispatched, dispatch = [], app.full_dispatch_request

    def spy(*arguments):
        dispatched.append(1)
        return dispatch(*arguments)

    monkeypatch.setattr(app, "full_dispatch_request", spy)
    return dispatched


@pytest.mark.parametrize("request_", PLAIN.values(), ids=PLAIN)
def test_a_plain_comment_gets_the_response_of_flask_without_flask(client, dispatched, fresh, request_):
    fast = client.post(COMMENTS, **request_)
    by_flask = fresh().post(BY_FLASK, **request_)

    assert dispatched == []
    assert (fast.status, content_of(fast)) == (by_flask.status, content_of(by_flask))
    assert headers_of(fast) == headers_of(by_flask)


@pytest.mark.parametrize(("status", "request_"), UNUSUAL.values(), ids=UNUSUAL)
def test_an_unusual_request_is_left_to_flask(client, dispatched, status, request_):
    assert client.post(COMMENTS, **request_).status_code == status
    assert dispatched == [1]


@pytest.mark.parametrize("url", [COMMENTS, BY_FLASK])
def test_a_wrong_comment_is_counted_once(fresh, tmp_path, url):
    client = fresh(settings_of(tmp_path, limit_network="2/hour"))

    statuses = [client.post(url, json=a_body(email="x")).status_code for _ in range(3)]

    assert statuses == [422, 422, 429]


@pytest.mark.parametrize(("changes", "status"), [({}, 202), ({"email": "x"}, 422)])
def test_both_paths_are_counted_as_one_route(client, changes, status):
    client.post(COMMENTS, json=a_body(**changes))
    client.post(BY_FLASK, json=a_body(**changes))

    counted = client.get("/metrics").text

    assert f'rejoinder_http_requests_total{{route="/v1/sites/<site_id>/comments",status="{status}"}} 2.0' in counted


def test_an_unexpected_error_is_answered_with_500_and_logged(client, monkeypatch, caplog):
    monkeypatch.setattr("service.http.fast_path.submit", lambda *_: 1 / 0)

    answer = client.post(COMMENTS, json=a_body())

    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "ZeroDivisionError" in caplog.text


def content_of(answer):
    """The content, without what differs in each response."""
    if not answer.is_json:
        return answer.text
    content = answer.get_json()
    return content.keys() if answer.status_code == 202 else content


def headers_of(answer):
    """The headers, without the length and the link, which differ in each response."""
    return sorted((name, value) for name, value in answer.headers if name not in {"Content-Length", "Location"})
