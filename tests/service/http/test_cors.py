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


@pytest.mark.parametrize("origin", OTHERS)
def test_a_page_of_any_other_origin_may_not(client, origin):
    answer = client.post(COMMENTS, json=a_body(), headers={"Origin": origin})

    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_who_is_refused_is_told_what_would_be_right(client):
    detail = client.post(COMMENTS, json=a_body(), headers={"Origin": "https://new.example"}).get_json()["detail"]

    assert "rejoinder site add demo --origin https://new.example" in detail


def test_a_page_that_hides_its_origin_is_told_so(client):
    detail = client.post(COMMENTS, json=a_body(), headers={"Origin": "null"}).get_json()["detail"]

    assert "Referrer-Policy" in detail


def test_a_program_has_no_origin_and_needs_none(client):
    assert client.post(COMMENTS, json=a_body()).status_code == 202


def test_our_own_form_page_may_send_for_every_site(client):
    for origin in ("http://localhost:8080", "http://localhost"):  # the public URL, and the host that was asked
        assert client.post(COMMENTS, json=a_body(), headers={"Origin": origin}).status_code == 202


def test_a_page_may_read_why_it_failed(client):
    answer = client.post(COMMENTS, json={}, headers={"Origin": BLOG})

    assert answer.status_code == 422
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("url", [COMMENTS, "/v1/sites/demo/threads/a/comments", "/v1/sites/demo/form"])
def test_a_browser_that_asks_first_is_told_what_it_may_send(client, url):
    answer = client.options(url, headers={"Origin": BLOG, "Access-Control-Request-Method": "POST"})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]


def test_other_pages_that_ask_first_are_told_nothing(client):
    answer = client.options(COMMENTS, headers={"Origin": "https://evil.example"})

    assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


@pytest.mark.parametrize("url", ["/v1/queue", "/v1/comments/x", "/v1/sites/demo/policy", "/v1/sites/demo/endpoints"])
def test_no_page_reads_what_is_for_moderators(client, key, url):
    answer = client.get(url, headers={**key(), "Origin": BLOG})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
