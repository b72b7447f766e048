"""Which origins may send comments and which may read; a browser enforces it, these are the headers it goes by."""

import pytest

from tests.service.bodies import BLOG, COMMENTS, a_body

OTHERS = [
    "https://evil.example",
    "http://blog.example",
    "https://blog.example:8443",
    "https://blog.example.evil.example",
    "https://notblog.example",
    "https://www.blog.example",
    "https://blog.example/",
    "https://BLOG.example",
    "null",
    "",
    "*",
    "http://[",
    "http://localhost/path",
]


def test_a_page_of_the_site_may_send_and_read(client):
    answer = client.post(COMMENTS, json=a_body(), headers={"Origin": BLOG})

    assert answer.status_code == 202
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_page_of_any_other_origin_may_neither_send_nor_read(client):
    for origin in OTHERS:
        answer = client.post(COMMENTS, json=a_body(), headers={"Origin": origin})

        assert answer.status_code == 403, origin
        assert "Access-Control-Allow-Origin" not in answer.headers, origin
        assert "Origin" in answer.headers["Vary"], origin


def test_a_refusal_names_the_command_that_allows_the_origin(client):
    detail = client.post(COMMENTS, json=a_body(), headers={"Origin": "https://new.example"}).get_json()["detail"]

    assert "rejoinder site add demo --origin https://new.example" in detail


def test_a_page_that_hides_its_origin_learns_how_to_send_one(client):
    detail = client.post(COMMENTS, json=a_body(), headers={"Origin": "null"}).get_json()["detail"]

    assert "Referrer-Policy" in detail


def test_a_program_has_no_origin_and_needs_none(client):
    assert client.post(COMMENTS, json=a_body()).status_code == 202


def test_the_form_page_of_rejoinder_may_send_for_every_site(client):
    for origin in ("http://localhost:8080", "http://localhost"):  # the public URL, and the requested host
        assert client.post(COMMENTS, json=a_body(), headers={"Origin": origin}).status_code == 202


def test_a_page_may_read_why_it_failed(client):
    answer = client.post(COMMENTS, json={}, headers={"Origin": BLOG})

    assert answer.status_code == 422
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


def test_a_browser_that_asks_first_learns_what_a_page_of_the_site_may_send(client):
    answer = client.options(COMMENTS, headers={"Origin": BLOG, "Access-Control-Request-Method": "POST"})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]


def test_a_browser_that_asks_first_for_a_page_elsewhere_learns_nothing(client):
    answer = client.options(COMMENTS, headers={"Origin": "https://evil.example"})

    assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


@pytest.fixture
def public(client):
    """The URLs that anybody may read without a key, by what they give."""
    status_url = client.post(COMMENTS, json=a_body()).get_json()["status_url"]
    return {
        "thread": "/v1/sites/demo/threads/a-page/comments",
        "form token": "/v1/sites/demo/form?thread=a-page",
        "status": status_url.removeprefix("http://localhost:8080"),
    }


@pytest.mark.parametrize("origin", [BLOG, "https://blog-example.translate.goog", "null"])
@pytest.mark.parametrize("what", ["thread", "form token", "status"])
def test_every_page_may_read_what_is_public(client, public, what, origin):
    """Translated, archived and AMP copies of a page show its comments from origins that nobody can list."""
    answer = client.get(public[what], headers={"Origin": origin})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" not in answer.headers.get("Vary", "")  # one cached copy serves all pages


def test_every_page_may_ask_whether_a_thread_has_changed(client, public):
    wanted = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}

    answer = client.options(public["thread"], headers={"Origin": "https://copy.example", **wanted})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET"
    assert answer.headers["Access-Control-Allow-Headers"] == "If-None-Match"


def test_every_page_may_read_why_a_public_look_failed(client):
    answer = client.get("/v1/sites/nowhere/form?thread=a", headers={"Origin": "https://copy.example"})

    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("url", ["/v1/queue", "/v1/comments/x", "/v1/sites/demo/policy", "/v1/sites/demo/endpoints"])
def test_no_page_may_read_what_is_for_moderators(client, key, url):
    answer = client.get(url, headers={**key(), "Origin": BLOG})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
