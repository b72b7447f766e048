"""What is published is compressed as the client asks; a page with a secret never is."""

import gzip

import brotli
import pytest

from service.http import publishing
from tests.service.publishing import published

THREAD = "/v1/sites/demo/threads/a-page/comments"
PUBLIC = [THREAD, f"{THREAD}.html", f"{THREAD}.md", f"{THREAD}.atom", "/v1/sites/demo/comments.atom"]
OTHERS = ["/v1/openapi.json", "/v1/docs"]
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


def asked_with(client, url, encodings):
    return client.get(url, headers={"Accept-Encoding": encodings})


@pytest.mark.parametrize("url", [*PUBLIC, *OTHERS])
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_what_is_published_is_the_same_in_every_encoding(client, sqlite_store, url, encoding):
    published(sqlite_store, "A word about bread. " * 100)
    plain = client.get(url)

    packed = asked_with(client, url, encoding)

    assert packed.headers["Content-Encoding"] == encoding
    assert DECODE[encoding](packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers.get("ETag") == plain.headers.get("ETag")
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))


@pytest.mark.parametrize(
    ("encodings", "chosen"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("gzip;q=0", None),
        ("zstd", None),
        ("", None),
    ],
)
def test_the_client_chooses_the_encoding(client, sqlite_store, encodings, chosen):
    published(sqlite_store, "A word about bread. " * 100)

    assert asked_with(client, THREAD, encodings).headers.get("Content-Encoding") == chosen


def test_a_tag_holds_whatever_encoding_is_asked_for_next(client, sqlite_store):
    published(sqlite_store, "A word about bread. " * 100)
    tag = asked_with(client, THREAD, "br").headers["ETag"]

    assert tag.startswith("W/")
    for encodings in ("br", "gzip", "identity"):
        headers = {"If-None-Match": tag, "Accept-Encoding": encodings}
        assert client.get(THREAD, headers=headers).status_code == 304


def test_a_short_answer_stays_as_it_is(client, sqlite_store):
    published(sqlite_store, "Short.")

    assert "Content-Encoding" not in asked_with(client, THREAD, "br").headers


def test_a_thread_is_compressed_once_for_each_change(client, sqlite_store, monkeypatch):
    done, compress = [], publishing.compress
    monkeypatch.setattr(publishing, "compress", lambda body, how: done.append(how) or compress(body, how))
    published(sqlite_store, "A word about bread. " * 100)

    for encoding in ("br", "br", "gzip", "gzip", "br"):
        asked_with(client, THREAD, encoding)
    published(sqlite_store, "Another one.")
    asked_with(client, THREAD, "br")

    assert done == ["br", "gzip", "br"]


def test_no_page_with_a_secret_is_compressed(client, session, sqlite_store):
    published(sqlite_store, "A word about bread. " * 100)
    moderator = session({"demo": "owner"})
    pages = [
        asked_with(client, "/sites/demo/form?thread=a-page&title=reflected", "br, gzip"),
        asked_with(client, "/v1/sites/demo/form?thread=a-page", "br, gzip"),
        asked_with(moderator, "/dashboard/?text=reflected", "br, gzip"),
        asked_with(moderator, "/v1/queue?status=any", "br, gzip"),
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assert all("Content-Encoding" not in page.headers for page in pages)
