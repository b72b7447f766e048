"""Disqus' export."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.comment import Status
from moderation.imports.items import UnreadableFile
from tests.moderation.imports.importing import LATER, imported, items_of, named

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">\n'
    '<category dsq:id="1"><forum>demo</forum><title>General</title></category>\n'
)


def a_thread(id="10", link="https://blog.example/a-page/", identifier="", **fields):
    values = {
        "title": "A page",
        "createdAt": "2019-01-01T00:00:00Z",
        "isClosed": "false",
        "isDeleted": "false",
    } | fields
    written = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return (
        f'<thread dsq:id="{id}"><id>{identifier}</id><forum>demo</forum><category dsq:id="1"/><link>{link}</link>'
        f"{written}<author><name>Owner</name></author></thread>\n"
    )


def a_post(id="100", message="<p>A kind word.</p>", thread="10", parent="", author="", **fields):
    values = {"createdAt": "2020-05-01T12:00:00Z", "isDeleted": "false", "isSpam": "false"} | fields
    written = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    author = author or "<name>Ada</name><isAnonymous>false</isAnonymous><username>ada</username>"
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{id}"><id></id><message><![CDATA[{message}]]></message>{written}<author>{author}</author>'
        f'<thread dsq:id="{thread}"/>{above}</post>\n'
    )


def a_file(folder: Path, *parts: str) -> Path:
    path = folder / "disqus.xml"
    path.write_text(HEAD + "".join(parts) + "</disqus>\n", "utf-8")
    return path


def test_a_post_arrives_with_all_that_disqus_tells(sqlite_store, tmp_path):
    author = "<email>ada@example.org</email><name>Ada &amp;amp; Co</name><username>ada</username>"
    path = a_file(tmp_path, a_thread(), a_post(author=author, ipAddress="192.0.2.7"))

    found = imported(sqlite_store, "disqus", path)

    [comment] = found.comments
    assert (comment.name, comment.body, comment.status) == ("Ada & Co", "A kind word.", Status.APPROVED)
    assert comment.received_at == datetime(2020, 5, 1, 12, tzinfo=UTC)
    assert (comment.thread.key, comment.thread.title) == ("/a-page/", "A page")
    assert comment.masked_address == "192.0.2.0/24"
    assert found.emails == ["ada@example.org"]
    found.assert_balanced()


def test_ids_may_be_of_any_length_and_addresses_may_be_missing(sqlite_store, tmp_path):
    path = a_file(
        tmp_path, a_thread("9" * 19), a_post("8" * 19, thread="9" * 19), a_post("7" * 19, "Re", "9" * 19, "8" * 19)
    )

    found = imported(sqlite_store, "disqus", path)

    assert found.tree == {"A kind word.": "", "Re": "A kind word."}
    assert found.emails == [None, None]


def test_replies_to_a_deleted_post_move_up(sqlite_store, tmp_path):
    path = a_file(
        tmp_path,
        a_thread(),
        a_post("1", "Top"),
        a_post("2", "Gone", parent="1", isDeleted="true"),
        a_post("3", "Gone too", parent="2", isDeleted="true"),
        a_post("4", "Alive", parent="3"),
        a_post("5", "Gone root", isDeleted="true"),
        a_post("6", "Alive as well", parent="5"),
    )

    found = imported(sqlite_store, "disqus", path)

    assert found.tree == {"Top": "", "Alive": "Top", "Alive as well": ""}
    assert found.codes("2") == ["deleted"]


@pytest.mark.parametrize("is_deleted", ["true", "false"])
def test_spam_comes_along_when_it_is_asked_for(sqlite_store, tmp_path, is_deleted):
    path = a_file(tmp_path, a_thread(), a_post(isSpam="true", isDeleted=is_deleted))

    assert imported(sqlite_store, "disqus", path).comments == []
    [comment] = imported(sqlite_store, "disqus", path, with_rejected=True).comments
    assert (comment.status, comment.reason) == (Status.REJECTED, "spam")


def test_several_threads_of_one_page_become_one(sqlite_store, tmp_path):
    links = [
        "https://blog.example/a-page/",
        "http://blog.example/a-page",
        "https://www.blog.example/a-page/?utm_source=x&amp;utm_medium=y",
        "https://blog.example/a-page/amp",
        "https://translate.googleusercontent.com/translate_c?depth=1&amp;u=https://blog.example/a-page/&amp;xid=1",
        "https://blog-example.translate.goog/a-page/?_x_tr_sl=en&amp;_x_tr_tl=de",
    ]
    threads = [a_thread(str(n), link) for n, link in enumerate(links)]
    posts = [a_post(f"1{n}", f"Post {n}", str(n)) for n in range(len(links))]

    found = imported(sqlite_store, "disqus", a_file(tmp_path, *threads, *posts))

    assert {each.thread.key for each in found.comments} == {"/a-page/"}
    assert len(found.comments) == len(links)


def test_a_thread_without_a_link_is_known_by_its_identifier_or_by_the_mapping_file(sqlite_store, tmp_path):
    path = a_file(
        tmp_path, a_thread("1", "", "post-7"), a_thread("2", ""), a_post("5", thread="1"), a_post("6", "b", "2")
    )

    found = imported(sqlite_store, "disqus", path)

    assert [each.thread.key for each in found.comments] == ["post-7"]
    assert found.codes("6") == ["page_missing"]
    assert named(imported(sqlite_store, "disqus", path, mapping="2 -> /b").comments)["b"].thread.key == "/b"


def test_a_closed_thread_stays_closed_and_a_deleted_one_is_left_out(sqlite_store, tmp_path):
    path = a_file(
        tmp_path,
        a_thread("1", isClosed="true"),
        a_thread("2", "https://blog.example/gone", isDeleted="true"),
        a_post("5", thread="1"),
        a_post("6", thread="2"),
    )

    found = imported(sqlite_store, "disqus", path)

    assert [each.thread.closed_at for each in found.comments] == [LATER]
    assert found.codes("6") == ["deleted"]


def test_a_link_whose_text_is_cut_gets_its_whole_address(sqlite_store, tmp_path):
    message = (
        '<p>See <a href="https://x.example/a/long/path" rel="nofollow">https://x.example/a/lo…</a> and '
        '<a href="https://disq.us/url?url=https%3A%2F%2Fy.example%2Fb%3AzV0Yk3mJ5hT7wQ2rX9nL4cP8sD1&amp;cuid=1">y.example/b</a></p>'
        "<p>Second<br>line</p>"
    )

    found = imported(sqlite_store, "disqus", a_file(tmp_path, a_thread(), a_post(message=message)))

    assert found.comments[0].body == "See https://x.example/a/long/path and https://y.example/b\n\nSecond\nline"


def test_posts_without_an_id_or_a_thread_are_in_the_report(sqlite_store, tmp_path):
    bare = a_post().replace(' dsq:id="100"', "")
    numbered = a_post(message="Numbered").replace(' dsq:id="100"', "").replace("<id></id>", "<id>wp_id=3</id>")
    path = a_file(tmp_path, a_thread(), bare, numbered, a_post("7", thread="99"))

    found = imported(sqlite_store, "disqus", path)

    assert [each.body for each in found.comments] == ["Numbered"]
    assert found.outcomes == {"imported": 1, "refused": 2}
    assert {row.codes for row in found.rows if row.outcome == "refused"} == {("id_missing",), ("page_missing",)}


def test_an_author_without_an_address_is_known_by_the_user_name(sqlite_store, tmp_path):
    path = a_file(
        tmp_path, a_thread(), a_post("1", "a"), a_post("2", "b"), a_post("3", "c", author="<name>Ada</name>")
    )

    found = imported(sqlite_store, "disqus", path)

    with sqlite_store.read() as uow:
        histories = uow.comments.histories([each.id for each in found.comments])
    assert sorted(history.approved for history in histories.values()) == [1, 2, 2]


def test_entities_of_the_file_are_never_expanded(tmp_path):
    path = a_file(tmp_path, a_thread(), a_post())
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n'
    path.write_text(path.read_text().replace("<disqus", f"{bomb}<disqus", 1))

    with pytest.raises(UnreadableFile, match=r"^line 2: "):
        items_of("disqus", path)
