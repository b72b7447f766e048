"""Remark42's backup."""

import json
from datetime import timedelta

import pytest

from moderation.comment import Status
from moderation.imports.items import UnreadableFile
from tests.moderation.imports.importing import LATER, imported, items_of
from tests.moderation.imports.json_files import AT, lines


def a_remark(id="a", **changes):
    return {
        "id": id,
        "pid": "",
        "text": "<p>Good <strong>bread</strong></p>\n",
        "orig": "Good **bread**",
        "user": {"name": "Ada &lt;3", "id": "anonymous_f1d2", "picture": "", "ip": "9f8e7d", "admin": False},
        "locator": {"site": "demo", "url": "https://blog.example/a-page/"},
        "score": 0,
        "vote": 0,
        "time": "2020-05-01T06:00:00.123456789-06:00",
        "title": "A &amp; B",
    } | changes


HEADER = {"version": 1, "users": [], "posts": [{"url": "https://blog.example/closed", "read_only": True}]}


@pytest.mark.parametrize("packed", [True, False])
def test_a_comment_arrives_as_it_was_typed(sqlite_store, tmp_path, packed):
    found = imported(sqlite_store, "remark42", lines(tmp_path, HEADER, a_remark(), packed=packed))

    [comment] = found.comments
    assert (comment.name, comment.body) == ("Ada <3", "Good **bread**")
    assert comment.received_at == AT + timedelta(microseconds=123_456)
    assert (comment.thread.key, comment.thread.title) == ("/a-page/", "A & B")
    assert comment.status is Status.APPROVED and comment.masked_address == ""
    found.assert_balanced()


def test_the_tree_survives_deleted_comments_and_pins(sqlite_store, tmp_path):
    path = lines(
        tmp_path,
        HEADER,
        a_remark("a", orig="Top", pin=True),
        a_remark("b", pid="a", text="", orig="", delete=True),
        a_remark(
            "c", pid="b", orig="", text="<p>Only HTML, <a href='https://x.example/'>here</a></p>", imported=True
        ),
    )

    assert imported(sqlite_store, "remark42", path).tree == {
        "Top": "",
        "Only HTML, here (https://x.example/)": "Top",
    }


def test_an_author_is_known_by_the_id_of_the_source(sqlite_store, tmp_path):
    user = {"name": "Ada", "id": "email_0a1b2c"}
    found = imported(
        sqlite_store,
        "remark42",
        lines(tmp_path, HEADER, a_remark("a", user=user), a_remark("b", user=user), a_remark("c", user={})),
    )

    with sqlite_store.read() as uow:
        histories = uow.comments.histories([each.id for each in found.comments])
    assert sorted(history.approved for history in histories.values()) == [1, 2, 2]


def test_a_page_that_is_read_only_is_closed(sqlite_store, tmp_path):
    closed = a_remark(locator={"url": "https://blog.example/closed"})

    found = imported(sqlite_store, "remark42", lines(tmp_path, HEADER, closed))

    assert found.comments[0].thread.closed_at == LATER


def test_lines_that_are_wrong_are_refused_and_the_others_go_on(sqlite_store, tmp_path):
    path = lines(tmp_path, HEADER, a_remark("a"), packed=False)
    path.write_bytes(
        path.read_bytes() + b'{"id": \n[1]\n"text"\n{"pid": "a"}\n' + json.dumps(a_remark("z", orig="End")).encode()
    )

    found = imported(sqlite_store, "remark42", path)

    assert found.outcomes == {"imported": 2, "refused": 4}
    assert [row.place for row in found.rows if row.outcome == "refused"] == [f"line {n}" for n in (3, 4, 5, 6)]


@pytest.mark.parametrize("header", [{"version": 2}, {"format": "rejoinder"}, [], "x"])
def test_another_version_is_refused(tmp_path, header):
    with pytest.raises(UnreadableFile, match=r"^line 1: "):
        items_of("remark42", lines(tmp_path, header))


def test_a_gzip_that_is_cut_says_so_and_keeps_what_was_whole(sqlite_store, tmp_path):
    path = lines(tmp_path, HEADER, *(a_remark(f"c{n}", orig=f"Comment {n} {n**9:x}") for n in range(1200)))
    path.write_bytes(path.read_bytes()[:-2000])

    found = imported(sqlite_store, "remark42", path)

    assert found.outcomes["imported"] > 500
    assert "gzip" in found.report.problem
    found.assert_balanced()
