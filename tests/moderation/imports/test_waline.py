"""Waline's export."""

import pytest

from moderation.imports.items import UnreadableFile
from tests.moderation.imports.importing import imported, items_of
from tests.moderation.imports.json_files import AT, whole


def a_waline(id=1, **changes):
    return {
        "objectId": id,
        "user_id": None,
        "comment": "Good **bread**",
        "insertedAt": "2020-05-01T12:00:00.000Z",
        "ip": "192.0.2.7",
        "link": "https://ada.example.org",
        "mail": "ada@example.org",
        "nick": "Ada",
        "pid": None,
        "rid": None,
        "status": "approved",
        "url": "/a-page/",
    } | changes


def a_waline_file(folder, *comments, wrapped=False):
    value = {
        "type": "waline",
        "version": 1,
        "time": 1,
        "tables": ["Comment"],
        "data": {"Comment": list(comments), "Users": []},
    }
    return whole(folder, {"errno": 0, "errmsg": "", "data": value} if wrapped else value)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_comment_arrives_with_all_its_fields(sqlite_store, tmp_path, wrapped):
    found = imported(sqlite_store, "waline", a_waline_file(tmp_path, a_waline(), wrapped=wrapped))

    [comment] = found.comments
    assert (comment.name, comment.website, comment.body) == ("Ada", "https://ada.example.org", "Good **bread**")
    assert (comment.received_at, comment.thread.key) == (AT, "/a-page/")
    assert found.emails == ["ada@example.org"]
    found.assert_balanced()


@pytest.mark.parametrize(
    "date",
    [
        {"__type": "Date", "iso": "2020-05-01T12:00:00.000Z"},
        {"$date": "2020-05-01T12:00:00.000Z"},
        {"$date": 1588334400000},
        "2020-05-01 12:00:00",
        1588334400000,
        "1588334400",
    ],
    ids=str,
)
def test_dates_may_be_text_objects_or_numbers(sqlite_store, tmp_path, date):
    found = imported(sqlite_store, "waline", a_waline_file(tmp_path, a_waline(insertedAt=date)))

    assert found.comments[0].received_at == AT


def test_parents_are_the_comments_that_were_answered(sqlite_store, tmp_path):
    path = a_waline_file(
        tmp_path,
        a_waline("5f1a", comment="Top"),
        a_waline("5f1b", comment="[@Ada](#5f1a): Reply", pid="5f1a", rid="5f1a"),
        a_waline("5f1c", comment='<p><a class="at" href="#5f1b">@Ben</a> deeper</p>', pid="5f1b", rid="5f1a"),
        a_waline("5f1d", comment="Only a root", rid="5f1a", pid=""),
    )

    assert imported(sqlite_store, "waline", path).tree == {
        "Top": "",
        "@Ada: Reply": "Top",
        "@Ben deeper": "@Ada: Reply",
        "Only a root": "Top",
    }


def test_statuses(sqlite_store, tmp_path):
    path = a_waline_file(
        tmp_path, *(a_waline(n, comment=s, status=s) for n, s in enumerate(("approved", "waiting", "spam"), 1))
    )

    found = imported(sqlite_store, "waline", path, with_rejected=True)

    assert {each.body: (each.status.value, each.reason) for each in found.comments} == {
        "approved": ("approved", "imported"),
        "waiting": ("pending", ""),
        "spam": ("rejected", "spam"),
    }


def test_another_file_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="no export of Waline"):
        items_of("waline", whole(tmp_path, {"data": 1}))
