"""Artalk's export, and what its converters write."""

from datetime import timedelta, timezone

import pytest

from moderation.comment import Status
from tests.moderation.imports.importing import LATER, imported, named
from tests.moderation.imports.json_files import AT, whole


def an_artran(id="1", **changes):
    return {
        "id": id,
        "rid": "0",
        "content": "Good **bread**",
        "ua": "x",
        "ip": "192.0.2.7",
        "is_collapsed": "false",
        "is_pending": "false",
        "created_at": "2020-05-01 20:00:00 +0800",
        "nick": "Ada",
        "email": "ada@example.org",
        "link": "https://ada.example.org",
        "page_key": "/a-page/",
        "page_title": "A page",
        "page_admin_only": "false",
        "site_name": "demo",
        "site_urls": "https://blog.example,https://www.blog.example",
    } | changes


def test_a_comment_arrives_with_all_its_fields(sqlite_store, tmp_path):
    found = imported(sqlite_store, "artalk", whole(tmp_path, [an_artran()]))

    [comment] = found.comments
    assert (comment.name, comment.website, comment.body) == ("Ada", "https://ada.example.org", "Good **bread**")
    assert (comment.received_at, comment.status) == (AT, Status.APPROVED)
    assert (comment.thread.key, comment.thread.url) == ("/a-page/", "https://blog.example/a-page/")
    assert found.emails == ["ada@example.org"]


def test_values_may_have_any_type_and_pages_any_name(sqlite_store, tmp_path):
    values = [
        an_artran(1, rid=0, content="Number", is_pending=True, page_key="https://blog.example/a-page/"),
        an_artran("2", rid="1", content="Text", is_pending="true"),
        an_artran("3", content="<p>HTML from Disqus</p>", page_key="my-key", page_admin_only="true"),
        an_artran("4", content='Smile <img src="https://x.example/s.png" atk-emoticon="smile" alt="smile">', rid=""),
    ]

    found = imported(sqlite_store, "artalk", whole(tmp_path, values))

    comments = named(found.comments)
    assert comments["Number"].status is Status.PENDING and comments["Text"].status is Status.PENDING
    assert found.tree["Text"] == "Number"
    assert comments["HTML from Disqus"].thread.key == "my-key"
    assert comments["HTML from Disqus"].thread.closed_at == LATER
    assert "Smile smile (https://x.example/s.png)" in comments


@pytest.mark.parametrize(
    "date",
    [
        "2020-05-01 20:00:00.0 +0800 CST",
        "2020-05-01 20:00:00 +0800 +08",
        "2020-05-01T12:00:00.000Z",
        "2020-05-01 20:00:00 +0800 CST m=+0.01",
    ],
)
def test_dates_may_be_written_by_any_program(sqlite_store, tmp_path, date):
    found = imported(sqlite_store, "artalk", whole(tmp_path, [an_artran(created_at=date)]))

    assert found.comments[0].received_at == AT


def test_what_is_no_array_is_refused(sqlite_store, tmp_path):
    found = imported(sqlite_store, "artalk", whole(tmp_path, {"id": "1"}))

    assert found.outcomes == {"refused": 1}


def test_a_comment_may_be_longer_than_what_is_read_at_once(sqlite_store, tmp_path):
    long = "Bröd " * 200_000

    found = imported(sqlite_store, "artalk", whole(tmp_path, [an_artran("1", content=long), an_artran("2")]))

    assert found.comments[0].body == long.strip() or found.comments[1].body == long.strip()
    assert found.outcomes == {"imported": 2}


def test_an_array_without_an_end_is_kept_up_to_there(sqlite_store, tmp_path):
    path = whole(tmp_path, [an_artran("1"), an_artran("2")])
    path.write_bytes(path.read_bytes()[:-60])

    found = imported(sqlite_store, "artalk", path)

    assert found.outcomes == {"imported": 1}
    assert found.report.problem.startswith("character ") and "ends in the middle" in found.report.problem


def test_time_zones_do_not_move_a_date(tmp_path, sqlite_store):
    at = AT.astimezone(timezone(timedelta(hours=-6))).isoformat()

    assert imported(sqlite_store, "artalk", whole(tmp_path, [an_artran(created_at=at)])).comments[0].received_at == AT
