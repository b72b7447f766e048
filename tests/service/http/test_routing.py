"""What a URL may hold, on each database: PostgreSQL cannot even be asked for what SQLite takes."""

import pytest

from service.app import create_app
from tests.service.bodies import BLOG, COMMENTS, a_body


@pytest.fixture
def client(settings, store, dispatch, clock):
    """A client of the service, on each database. What breaks is answered, as it would be."""
    return create_app(settings, store=store, dispatch=dispatch, now=clock).test_client()


NUL_URLS = (
    ("POST", "/v1/sites/%00/comments"),
    ("GET", "/v1/sites/%00/threads/x/comments"),
    ("GET", "/v1/sites/a%00b/form?thread=x"),
    ("OPTIONS", "/v1/sites/a%00b/form"),
    ("GET", "/v1/sites/demo/threads/a%00b/comments"),
    ("GET", "/v1/sites/demo/form?thread=%00"),
    ("GET", "/v1/status/%00.x"),
    ("GET", "/v1/comments/%00"),
    ("POST", "/v1/decisions/%00/undo"),
    ("GET", "/v1/sites/%00/policy"),
    ("GET", "/v1/queue?text=%00"),
    ("GET", "/v1/queue?%00=x"),
    ("GET", "/sites/%00/form?thread=x"),
    ("GET", "/sites/demo/form?thread=%00"),
    ("GET", "/thanks?token=%00"),
)


def test_a_nul_in_the_url_is_a_400(client):
    for method, url in NUL_URLS:
        answer = client.open(url, method=method, headers={"Origin": BLOG})

        assert answer.status_code == 400, url
        assert "NUL" in answer.get_json()["detail"], url


@pytest.mark.parametrize(
    "url",
    [
        "/v1/queue?text={}",
        "/v1/queue?{}=x",
        "/v1/sites/demo/threads/x/comments?cursor={}",
        "/sites/demo/form?thread=x&title={}",
    ],
)
def test_bytes_in_the_query_that_are_no_utf8_are_a_400(client, url):
    for wrong in ("%FF", "%ED%A0%80", "%C3", "%C0%80", "%C3&%A9=x"):
        answer = client.get(url.format(wrong))

        assert answer.status_code == 400, wrong
        assert "UTF-8" in answer.get_json()["detail"], wrong


@pytest.mark.parametrize(
    "sent", [{"QUERY_STRING": "text=\xff"}, {"PATH_INFO": "/v1/sites/demo/threads/\xff/comments"}], ids=str
)
def test_bytes_that_a_server_hands_on_are_read_as_strictly(client, sent):
    answer = client.get("/v1/queue", environ_overrides=sent)

    assert answer.status_code == 400
    assert "UTF-8" in answer.get_json()["detail"]


def test_a_replacement_character_is_a_character(client):
    comment = a_body(thread="a\ufffdb")
    assert client.post(COMMENTS, json=comment).status_code == 202

    assert client.get("/v1/sites/demo/threads/a%EF%BF%BDb/comments?limit=3").status_code == 200
