"""Our exports in the formats of WordPress and Disqus, read again by our own readers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from moderation.actions import Action
from moderation.comment import ThreadRef
from moderation.exports.contents import Contents
from moderation.exports.disqus import disqus
from moderation.exports.run import contents_of
from moderation.exports.wxr import wxr
from moderation.imports.items import UnreadableFile
from moderation.policy import Policy
from moderation.reasons import Reason
from moderation.review import DecisionRequest, decide
from moderation.store import Store
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_site, a_submission, received
from tests.moderation.imports.importing import add_site, imported, items_of

BODY = 'Zoë says: a < b && ]]> "quoted"\x07\n\n<b>not bold</b>\nend'
KINDS = {"wordpress": wxr, "disqus": disqus}


@pytest.fixture
def life(sqlite_store: Store) -> Store:
    """A site with comments in each status, a reply and two pages."""
    top = received(sqlite_store, a_submission(BODY, website="https://rita.example.org/?a=1&b=2"))
    reply = received(sqlite_store, a_submission("Reply", parent=top.id), at=NOON + SECOND)
    spam = received(sqlite_store, a_submission("Buy", thread=ThreadRef("/other/")), at=NOON + 2 * SECOND)
    off = received(sqlite_store, a_submission("Off topic"), at=NOON + 3 * SECOND)
    received(sqlite_store, a_submission("Waits"), at=NOON + 4 * SECOND)
    for comment, action, reason in (
        (top, Action.APPROVE, None),
        (reply, Action.APPROVE, None),
        (spam, Action.REJECT, Reason.SPAM),
        (off, Action.REJECT, Reason.OFF_TOPIC),
    ):
        request = DecisionRequest(comment.id, action, 0, reason)
        decide(sqlite_store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 9 * SECOND)
    add_site(sqlite_store, "copy")
    return sqlite_store


def written(
    store: Store, path: Path, write: Callable[[Contents], Iterator[str]], *, with_emails: bool = True
) -> Path:
    with store.read() as uow:
        contents = contents_of(uow, uow.sites.get("demo"), with_emails=with_emails, at=NOON)
        path.write_text("".join(write(contents)), "utf-8")
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_another_system_would_read_is_what_the_site_has(life, tmp_path, kind):
    path = written(life, tmp_path / "x.xml", KINDS[kind])

    found = imported(life, kind, path, site_id="copy", with_rejected=True)

    statuses = {each.body: (each.status.value, each.thread.key) for each in found.comments}
    expected = {
        BODY.replace("\x07", ""): ("approved", "/a-page"),
        "Reply": ("approved", "/a-page"),
        "Buy": ("rejected", "/other/"),
        "Waits": ("pending", "/a-page"),
    }
    if kind == "wordpress":  # in Disqus' format it is deleted, and an author has no website
        expected["Off topic"] = ("rejected", "/a-page")
        assert found.comments[0].website == "https://rita.example.org/?a=1&b=2"
    assert statuses == expected
    assert found.tree["Reply"] == BODY.replace("\x07", "")
    assert found.comments[0].thread.title == "A page"
    assert [each.received_at for each in found.comments][:2] == [NOON, NOON + SECOND]
    assert set(found.emails) == {"rita@reader.example"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_export_has_the_same_ids(life, tmp_path, kind):
    first = written(life, tmp_path / "a.xml", KINDS[kind])

    imported(life, kind, first, site_id="copy", with_rejected=True)
    found = imported(life, kind, written(life, tmp_path / "b.xml", KINDS[kind]), site_id="copy", with_rejected=True)

    assert "imported" not in found.outcomes


@pytest.mark.parametrize("kind", KINDS)
def test_no_address_is_in_it_unless_asked_for(life, tmp_path, kind):
    path = written(life, tmp_path / "x.xml", KINDS[kind], with_emails=False)

    assert "rita@" not in path.read_text("utf-8")


def test_a_program_that_knows_only_disqus_publishes_nothing_that_waits_or_was_rejected(life, tmp_path):
    tree = ElementTree.parse(written(life, tmp_path / "x.xml", disqus))

    shown = [
        post.findtext("{*}message")
        for post in tree.iterfind("{*}post")
        if post.findtext("{*}isDeleted") == "false" and post.findtext("{*}isSpam") == "false"
    ]
    assert [text.startswith(("<p>Zoë", "<p>Reply")) for text in shown] == [True, True]


def test_names_and_titles_cannot_break_the_file(sqlite_store, tmp_path):
    evil = '</name>]]>&<!--"'
    sqlite_store.write(lambda uow: uow.sites.change(a_site(name=evil, policy=Policy())))
    received(sqlite_store, a_submission("x", name=evil, thread=ThreadRef(evil, "", evil)))

    for kind, write in KINDS.items():
        [item] = [each for each in items_of(kind, written(sqlite_store, tmp_path / kind, write)) if each.place]
        assert item.name == evil and item.page.title == evil


@pytest.mark.parametrize(("kind", "root"), [("wordpress", "disqus"), ("disqus", "rss")])
def test_xml_of_another_kind_is_no_empty_export(tmp_path, kind, root):
    path = tmp_path / "export.xml"
    path.write_text(f"<?xml version='1.0'?><{root}><channel/></{root}>")

    with pytest.raises(UnreadableFile, match=f"another kind: its first element is <{root}>"):
        items_of(kind, path)
