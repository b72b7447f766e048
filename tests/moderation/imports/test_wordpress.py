"""WordPress' export, with everything that has been seen in one."""

from datetime import UTC, datetime

import pytest

from moderation import site_admin
from moderation.comment import Status, ThreadRef
from moderation.imports.items import UnreadableFile
from moderation.reasons import Reason
from tests.builders import NOON
from tests.moderation.imports.importing import LATER, imported, items_of, named
from tests.moderation.imports.wxr import FOOT, HEAD, a_comment, a_file, an_item


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_comment_arrives_with_all_its_fields(sqlite_store, tmp_path, version):
    path = a_file(tmp_path, an_item(a_comment("7", "Good bread!"), title="Bread &amp; butter"), version=version)

    found = imported(sqlite_store, "wordpress", path)

    [comment] = found.comments
    assert (comment.name, comment.website, comment.body) == ("Ada", "https://ada.example.org/", "Good bread!")
    assert (comment.status, comment.reason) == (Status.APPROVED, Reason.IMPORTED)
    assert comment.received_at == datetime(2020, 5, 1, 12, tzinfo=UTC)
    assert comment.masked_address == "192.0.2.0/24"
    assert (comment.thread.key, comment.thread.url) == ("/a-page/", "https://blog.example/a-page/")
    assert comment.thread.title == "Bread & butter"
    assert found.emails == ["ada@example.org"]
    found.assert_balanced()


def test_what_was_decided_there_is_a_lesson_here(sqlite_store, tmp_path):
    comments = (
        a_comment("7", "Good bread!"),
        a_comment("8", "Buy now", approved="spam"),
        a_comment("9", approved="0"),
    )
    path = a_file(tmp_path, an_item(*comments))

    found = imported(sqlite_store, "wordpress", path, with_rejected=True)

    with sqlite_store.read() as uow:
        lessons = uow.lessons.decided([comment.id for comment in found.comments])
        noted = uow.lessons.known([lesson.id for lesson in lessons])
    assert sorted(lesson.verdict for lesson in lessons) == [(False, False), (True, None)]
    assert noted == {comment.id for comment in found.comments if comment.status is not Status.PENDING}
    assert {lesson.by_id for lesson in lessons} == {""}


@pytest.mark.parametrize(
    ("approved", "status", "reason"),
    [
        ("1", Status.APPROVED, "imported"),
        ("0", Status.PENDING, ""),
        ("spam", Status.REJECTED, "spam"),
        ("trash", Status.REJECTED, "other"),
        ("post-trashed", Status.REJECTED, "other"),
        ("something new", Status.PENDING, ""),
    ],
)
def test_each_status_of_the_source_has_its_place(sqlite_store, tmp_path, approved, status, reason):
    path = a_file(tmp_path, an_item(a_comment(approved=approved)))

    found = imported(sqlite_store, "wordpress", path, with_rejected=True)

    [comment] = found.comments
    assert (comment.status, comment.reason) == (status, reason)
    assert (comment.decided_at is None) == (status is Status.PENDING)


def test_spam_is_left_out_unless_asked_for_and_its_replies_move_up(sqlite_store, tmp_path):
    path = a_file(
        tmp_path,
        an_item(
            a_comment("1", "Top"),
            a_comment("2", "Buy pills", approved="spam", parent="1"),
            a_comment("3", "Answer to spam", parent="2"),
        ),
    )

    found = imported(sqlite_store, "wordpress", path)

    assert found.tree == {"Top": "", "Answer to spam": "Top"}
    assert found.outcomes == {"imported": 2, "skipped": 1}
    assert found.codes("2") == ["rejected"]


@pytest.mark.parametrize("kind", ["", "comment", "pingback", "trackback", "review"])
def test_every_public_kind_of_comment_is_kept(tmp_path, kind):
    [item] = items_of("wordpress", a_file(tmp_path, an_item(a_comment(type=kind))))

    assert item.body == "A kind word."


def test_notes_about_orders_never_become_comments(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("5", "Card ending in 4242", type="order_note")))

    found = imported(sqlite_store, "wordpress", path, with_rejected=True)

    assert found.comments == []
    assert found.codes("5") == ["kind_private"]


@pytest.mark.parametrize("fields", [{"status": "private"}, {"post_password": "open sesame"}])
def test_comments_of_pages_that_readers_could_not_see_are_left_out(sqlite_store, tmp_path, fields):
    path = a_file(
        tmp_path, an_item(a_comment("1"), **fields), an_item(a_comment("2", "Public"), link="https://x.example/b")
    )

    found = imported(sqlite_store, "wordpress", path)

    assert [each.body for each in found.comments] == ["Public"]
    assert found.codes("1") == ["page_private"]


def test_a_date_of_zeros_is_no_date(sqlite_store, tmp_path):
    zeros = "0000-00-00 00:00:00"
    path = a_file(
        tmp_path,
        an_item(
            a_comment("1", "Only local", date_gmt=zeros, date="2020-05-01 14:00:00"),
            a_comment("2", "None", date_gmt=zeros, date=zeros),
        ),
    )

    found = imported(sqlite_store, "wordpress", path)

    assert named(found.comments)["Only local"].received_at == datetime(2020, 5, 1, 14, tzinfo=UTC)
    assert found.codes("2") == ["date_unknown"]
    assert imported(sqlite_store, "wordpress", path).outcomes == {"already_there": 2}


def test_parents_may_come_later_be_missing_or_form_a_circle(store, tmp_path):
    path = a_file(
        tmp_path,
        an_item(
            a_comment("3", "Grandchild", parent="2"),
            a_comment("2", "Child", parent="1"),
            a_comment("1", "Top"),
            a_comment("4", "Orphan", parent="99"),
            a_comment("5", "Egg", parent="6"),
            a_comment("6", "Hen", parent="5"),
            a_comment("7", "Its own parent", parent="7"),
        ),
    )

    found = imported(store, "wordpress", path)

    tree = found.tree
    assert tree["Grandchild"] == "Child" and tree["Child"] == "Top" and tree["Top"] == ""
    assert tree["Orphan"] == "" and tree["Its own parent"] == ""
    assert sorted([tree["Egg"], tree["Hen"]]) in (["", "Egg"], ["", "Hen"])
    assert found.codes("4") == ["parent_missing"]
    assert found.codes("7") == ["parent_in_circle"]
    assert "parent_in_circle" in found.codes("5") + found.codes("6")
    found.assert_balanced()


def test_a_missing_parent_is_found_when_a_later_file_has_it(sqlite_store, tmp_path):
    imported(sqlite_store, "wordpress", a_file(tmp_path, an_item(a_comment("2", "Child", parent="1"))))

    found = imported(sqlite_store, "wordpress", a_file(tmp_path, an_item(a_comment("1", "Top"))))

    assert found.tree == {"Child": "Top", "Top": ""}


def test_an_id_twice_in_a_merged_export_is_two_comments_if_the_dates_differ(sqlite_store, tmp_path):
    path = a_file(
        tmp_path,
        an_item(a_comment("1", "Of the old blog")),
        an_item(
            a_comment("1", "Of the new blog", date_gmt="2021-05-01 12:00:00"), a_comment("1", "Of the new blog again")
        ),
    )

    found = imported(sqlite_store, "wordpress", path)

    assert sorted(each.body for each in found.comments) == ["Of the new blog", "Of the old blog"]
    assert found.outcomes == {"imported": 2, "already_there": 1}
    assert "id_twice" in found.codes("1@2021-05-01T12:00:00+00:00")
    assert imported(sqlite_store, "wordpress", path).outcomes == {"already_there": 3}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"author_email": ""}, None),
        ({"author_email": "no address"}, "email_unusable"),
        ({"author_email": "ada@localhost"}, "email_unusable"),
    ],
)
def test_no_comment_is_dropped_for_its_email_address(sqlite_store, tmp_path, fields, code):
    found = imported(sqlite_store, "wordpress", a_file(tmp_path, an_item(a_comment("1", **fields))))

    assert len(found.comments) == 1
    assert found.emails == [None]
    assert found.codes("1") == ([code] if code else [])


def test_a_comment_without_a_name_is_anonymous(sqlite_store, tmp_path):
    found = imported(sqlite_store, "wordpress", a_file(tmp_path, an_item(a_comment(author=" "))))

    assert [each.name for each in found.comments] == ["Anonymous"]


@pytest.mark.parametrize("website", ["http://", "https://", ""])
def test_an_empty_website_is_none(sqlite_store, tmp_path, website):
    found = imported(sqlite_store, "wordpress", a_file(tmp_path, an_item(a_comment("1", author_url=website))))

    assert found.comments[0].website == ""
    assert found.codes("1") == []


def test_a_website_that_is_a_script_is_dropped_and_the_comment_kept(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1", author_url="javascript:alert(1)")))

    found = imported(sqlite_store, "wordpress", path)

    assert found.comments[0].website == ""
    assert found.codes("1") == ["website_unusable"]


def test_the_first_address_of_a_list_is_masked(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment(author_IP="198.51.100.23, 10.0.0.1")))

    assert imported(sqlite_store, "wordpress", path).comments[0].masked_address == "198.51.100.0/24"


def test_a_cdata_that_was_split_is_one_text(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1", "a[b[1]]]]><![CDATA[> is code")))

    assert imported(sqlite_store, "wordpress", path).comments[0].body == "a[b[1]]> is code"


def test_control_characters_that_are_no_xml_are_dropped(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1", "bell\x07 and\x00 null\x1f", author="A&#0;d&#x1f;a")))
    path.write_bytes(path.read_bytes().replace(b"<![CDATA[A&#0;d&#x1f;a]]>", b"A&#0;d&#x1f;a"))

    [comment] = imported(sqlite_store, "wordpress", path).comments

    assert (comment.name, comment.body) == ("Ada", "bell and null")


@pytest.mark.parametrize(
    ("declared", "written"),
    [("UTF-8", "cp1252"), ("ISO-8859-1", "utf-8"), ("ISO-8859-1", "iso-8859-1"), ("UTF-16", "utf-16")],
)
def test_a_wrong_declaration_of_the_encoding_does_no_harm(sqlite_store, tmp_path, declared, written):
    path = a_file(tmp_path, an_item(a_comment("1", "Käsebrötchen")))
    text = path.read_text("utf-8").replace('encoding="UTF-8"', f'encoding="{declared}"')
    path.write_bytes(text.encode(written))

    assert imported(sqlite_store, "wordpress", path).comments[0].body == "Käsebrötchen"


def test_html_becomes_text(sqlite_store, tmp_path):
    body = (
        "<!-- wp:paragraph -->First line\nsecond &amp;quot;line&amp;quot; "
        "<img src='https://s.example/i.png' class='wp-smiley' alt=':)'>\n\n<blockquote>Said before</blockquote>"
        'See <a href="https://x.example/a?b=1&amp;c=2" rel="nofollow">this page</a> <code>a &lt; b</code>'
    )
    path = a_file(tmp_path, an_item(a_comment("1", body)))

    assert imported(sqlite_store, "wordpress", path).comments[0].body == (
        'First line\nsecond "line" :)\n\n> Said before\n\nSee this page (https://x.example/a?b=1&c=2) `a < b`'
    )


def test_one_page_written_in_many_ways_is_one_thread(sqlite_store, tmp_path):
    links = [
        "https://blog.example/a-page/",
        "http://www.blog.example/a-page",
        "https://blog.example/a-page/amp/",
        "https://blog.example/a-page/?utm_source=feed&amp;fbclid=1",
        "https://old.example/a-page/#comments",
    ]
    items = [an_item(a_comment(str(n), f"Comment {n}"), link=link) for n, link in enumerate(links, start=1)]

    found = imported(sqlite_store, "wordpress", a_file(tmp_path, *items))

    assert {each.thread.key for each in found.comments} == {"/a-page/"}
    assert len(found.comments) == 5


def test_a_permalink_with_a_number_keeps_it(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment(), link="https://blog.example/?p=12"))

    assert imported(sqlite_store, "wordpress", path).comments[0].thread.key == "/?p=12"


def test_the_mapping_file_names_posts_by_their_number(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment(), link=""))

    assert imported(sqlite_store, "wordpress", path).codes("1") == ["page_missing"]
    assert imported(sqlite_store, "wordpress", path, mapping="12 -> /bread").comments[0].thread.key == "/bread"


def test_comments_stay_closed_where_they_were(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment(), comment_status="closed"))

    assert imported(sqlite_store, "wordpress", path).comments[0].thread.closed_at == LATER


def test_a_file_that_declares_entities_is_refused_before_any_is_expanded(tmp_path):
    path = tmp_path / "evil.xml"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
        + HEAD.format(version="1.2").partition("\n")[2]
        + an_item(a_comment("1", "x").replace("<![CDATA[x]]>", "&x;"))
        + FOOT
    )

    with pytest.raises(UnreadableFile, match=r"^line 2: .*declares entities"):
        items_of("wordpress", path)


def test_a_doctype_alone_does_no_harm(tmp_path):
    path = a_file(tmp_path, an_item(a_comment()))
    text = path.read_text().replace("?>\n", '?>\n<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/never-asked.dtd">\n', 1)
    path.write_text(text)

    assert len(items_of("wordpress", path)) == 1


def test_a_file_that_is_cut_off_keeps_what_is_whole_and_names_the_line(sqlite_store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1"), a_comment("2", "Cut")))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"Cut")])

    found = imported(sqlite_store, "wordpress", path)

    assert found.outcomes == {"imported": 1}
    assert found.report.problem.startswith("line 3")
    assert "cut off" in found.report.problem
    found.assert_balanced()


def test_a_page_whose_thread_was_moved_here_leads_to_that_thread(store, tmp_path):
    store.write(lambda uow: uow.threads.begin("demo", ThreadRef("/a-page/"), at=NOON))
    store.write(lambda uow: site_admin.move_thread(uow, "demo", "/a-page/", "/new", by_id="console", at=NOON))

    found = imported(store, "wordpress", a_file(tmp_path, an_item(a_comment())))

    assert [each.thread.key for each in found.comments] == ["/new"]
