"""Published comments as HTML, Markdown and Atom: what is written in them is text, whoever reads the file."""

import re
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from moderation.comment import ThreadRef
from moderation.form_switches import FormSwitches
from tests.builders import NOON, a_site, a_submission, received
from tests.service.bodies import BLOG, wrong_fields
from tests.service.hostile import HOSTILE
from tests.service.parsing import Elements, one_line, words
from tests.service.publishing import published, reject

THREAD = "/v1/sites/demo/threads/a-page"
HTML, MARKDOWN, ATOM = (f"{THREAD}/comments.{kind}" for kind in ("html", "md", "atom"))
SITE_ATOM = "/v1/sites/demo/comments.atom"
EVERY = [HTML, MARKDOWN, ATOM, SITE_ATOM]
NS = {"a": "http://www.w3.org/2005/Atom"}
PAGE = ThreadRef("a-page", f"{BLOG}/a-page", "A page")


@pytest.mark.parametrize("url", EVERY)
def test_only_what_is_published_is_in_it(client, sqlite_store, url):
    received(sqlite_store, a_submission("Still waiting.", email="wait@reader.example"))
    published(sqlite_store, "Out in the open.", email="rita@reader.example")

    text = client.get(url).text

    assert re.sub(r"&#\d+;", ".", text).count("Out in the open.") == 1
    assert "waiting" not in text and "reader.example" not in text and "reader&#46;example" not in text


@pytest.mark.parametrize("url", EVERY)
def test_it_is_sent_again_only_after_a_change(client, sqlite_store, url):
    comment = published(sqlite_store, "Hello.")
    tag = client.get(url).headers["ETag"]

    unchanged = client.get(url, headers={"If-None-Match": tag})
    reject(sqlite_store, comment)
    changed = client.get(url, headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.data, unchanged.headers["ETag"]) == (304, b"", tag)
    assert changed.status_code == 200
    assert "Hello" not in changed.text


@pytest.mark.parametrize("url", EVERY)
def test_any_page_may_read_it_and_any_cache_must_ask_whether_it_still_holds(client, url):
    answer = client.get(url, headers={"Origin": "https://archive.example"})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert {"Accept-Encoding", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize("url", EVERY)
def test_a_wrong_limit_and_an_unknown_site_are_refused(client, url):
    assert "limit" in wrong_fields(client.get(f"{url}?limit=201"))
    assert "cats" in wrong_fields(client.get(f"{url}?cats=2"))
    assert client.get(url.replace("/demo/", "/nowhere/")).status_code == 404


@pytest.mark.parametrize("url", [HTML, MARKDOWN])
def test_pages_are_linked_and_join_into_the_whole_thread(client, sqlite_store, url):
    for number in range(5):
        published(sqlite_store, f"number {number}", number=number)
    address, seen = f"{url}?limit=2&lang=en", []

    while address:
        answer = client.get(address)
        seen += re.findall(r"number \d", answer.text)
        link = re.fullmatch(
            r'<(http://localhost:8080/[^>]*lang=en[^>]*)>; rel="next"', answer.headers.get("Link", "")
        )
        address = link[1] if link else ""

    assert seen == [f"number {number}" for number in range(5)]


@pytest.mark.parametrize("url", [HTML, MARKDOWN, ATOM])
def test_the_old_key_of_a_thread_that_moved_still_works(client, sqlite_store, key, url):
    published(sqlite_store, "Hello")
    client.patch(THREAD, json={"key": "moved"}, headers=key())

    old, new = client.get(url), client.get(url.replace("a-page", "moved"))

    assert "Hello" in old.text
    assert old.headers["ETag"].split(".")[0] == new.headers["ETag"].split(".")[0] or url == ATOM


# ---- HTML


@pytest.fixture
def hostile_thread(sqlite_store):
    """A page on which every name and text tries to be more than text."""
    for number, hostile in enumerate(HOSTILE):
        page = ThreadRef("a-page", f"{BLOG}/a-page", one_line(HOSTILE[0]))
        published(sqlite_store, hostile, name=one_line(hostile), thread=page, number=number)


def test_html_has_no_element_link_or_comment_but_its_own(client, sqlite_store, hostile_thread):
    published(sqlite_store, "https://a.example", website="https://ada.example", thread="plain")
    plain = Elements(client.get(HTML.replace("a-page", "plain")).text)

    page = client.get(HTML).text

    parsed = Elements(page)
    assert set(parsed.tags) <= {*plain.tags, "br"}
    assert {name for name, _ in parsed.attributes} <= {name for name, _ in plain.attributes}
    assert not parsed.comments
    assert all(link.startswith(("#comment-cmt_", "http://", "https://")) for link in parsed.links())
    assert [text for text in HOSTILE if words(parsed.text).count(words(text)) < 2] == []
    assert not set(page) & set("{}")


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "https://a@evil.example/", 'https://x.example/"onclick=x']
)
def test_a_website_is_a_link_only_when_it_is_one(client, sqlite_store, website):
    published(sqlite_store, "Hello.", website=website)

    parsed = Elements(client.get(HTML).text)

    assert website not in parsed.links() or website.startswith("https://x.example/")
    assert "onclick" not in {name for name, _ in parsed.attributes}


def test_where_the_site_uses_markdown_html_and_feeds_have_its_elements(client, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(form=FormSwitches(markdown=True))))
    published(sqlite_store, "*a* < {b}", thread=PAGE)
    html = '<p dir="auto"><em>a</em> &lt; '

    entry = client.get(ATOM).text

    assert html + "&#123;b&#125;</p>" in client.get(f"{THREAD}/comments.html").text
    assert 'type="html"' in entry
    assert "&lt;em&gt;a&lt;/em&gt; &amp;lt; {b}" in entry
    assert "<em>" not in client.get(f"{THREAD}/comments.md").text


def test_html_is_what_the_page_of_the_form_shows(client, sqlite_store):
    first = published(sqlite_store, "first\n\nhttps://a.example")
    published(sqlite_store, "a reply", parent=first.id, number=1)

    piece = client.get(HTML).text
    page = client.get("/sites/demo/form?thread=a-page&url=https://blog.example/a-page&title=A+page").text

    without_origin = piece.replace('href="http://localhost:8080/sites', 'href="/sites')
    assert without_origin.strip() in page


def test_nobody_is_asked_to_reply_on_a_closed_page(client, sqlite_store, key):
    published(sqlite_store, "Hello.", thread=PAGE)
    assert "parent=cmt_" in client.get(HTML).text

    client.patch(THREAD, json={"closed": True}, headers=key())

    assert "parent=cmt_" not in client.get(HTML).text


def test_a_new_title_reaches_the_links_to_the_form(client, sqlite_store, key):
    published(sqlite_store, "Hello.", thread=PAGE)
    tag = client.get(HTML).headers["ETag"]

    client.patch(THREAD, json={"title": "Rye"}, headers=key())

    assert "title=Rye" in client.get(HTML, headers={"If-None-Match": tag}).text


# ---- Markdown


def as_html(source):
    return Elements(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source))


def test_markdown_stays_text_for_a_parser_that_allows_html(client, hostile_thread):
    source = client.get(MARKDOWN).text

    parsed = as_html(source)
    assert set(parsed.tags) <= {"p", "strong", "br"}
    assert parsed.attributes == [] and parsed.comments == []
    assert [text for text in HOSTILE if words(parsed.text).count(words(text)) < 2] == []
    assert source.startswith("**")
    assert not set(source.replace("**", "")) & set('{}<[]`_~=|\\"$%') and "---" not in source


def test_replies_are_quoted_and_say_whom_they_answer(client, sqlite_store):
    first = published(sqlite_store, "one\ntwo\n\nthree", name="Ada")
    published(sqlite_store, "a reply", parent=first.id, name="Ben", number=1)

    assert client.get(MARKDOWN).text == (
        "**Ada** · 5 January 2026, 12&#58;00 UTC\n\none  \ntwo\n\nthree\n\n"
        "> **Ben** · 5 January 2026, 12&#58;00 UTC\n>\n> In reply to Ada\n>\n> a reply\n"
    )


def test_a_page_without_comments_has_empty_files(client):
    assert client.get(MARKDOWN).text == ""
    assert "<li" not in client.get(HTML).text


# ---- Atom


def feed_of(client, url=ATOM):
    answer = client.get(url)
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.data)


def text_of(element, path):
    return element.findtext(path, namespaces=NS)


@pytest.mark.parametrize("url", [ATOM, SITE_ATOM])
def test_a_feed_is_xml_whose_comments_are_text(client, hostile_thread, url):
    feed = feed_of(client, url)

    contents = feed.findall("a:entry/a:content", NS)
    names = feed.findall("a:entry/a:author/a:name", NS)
    assert {(each.get("type"), len(each)) for each in contents} == {("text", 0)}
    assert [words(each.text) for each in reversed(contents)] == [words(text) for text in HOSTILE]
    assert [words(each.text) for each in reversed(names)] == [words(one_line(text)) for text in HOSTILE]


@pytest.mark.parametrize("url", [ATOM, SITE_ATOM])
def test_a_feed_has_all_that_atom_asks_for(client, sqlite_store, url):
    comment = published(sqlite_store, "Hello.", website="https://ada.example", thread=PAGE)

    feed = feed_of(client, url)

    [entry] = feed.findall("a:entry", NS)
    assert text_of(feed, "a:id").startswith("tag:localhost,1970-01-01:")
    assert text_of(feed, "a:title") == ("Comments on A page" if url == ATOM else "Comments on A demo blog")
    assert text_of(feed, "a:updated") == text_of(entry, "a:updated") == "2026-01-05T12:00:00.000Z"
    assert feed.find("a:link[@rel='self']", NS).get("href") == f"http://localhost:8080{url}?limit=50"
    assert text_of(entry, "a:id") == f"tag:localhost,2026-01-05:{comment.id}"
    assert text_of(entry, "a:title") == "Rita Reader on A page"
    assert text_of(entry, "a:author/a:uri") == "https://ada.example"
    assert entry.find("a:link", NS).get("href") == f"{BLOG}/a-page#comment-{comment.id}"


def test_a_feed_links_to_the_form_when_the_page_is_not_the_sites(client, sqlite_store):
    published(sqlite_store, "Hello.", thread=ThreadRef("a-page", "https://evil.example/", "A page"))

    link = feed_of(client).find("a:entry/a:link", NS).get("href")

    assert link.startswith("http://localhost:8080/sites/demo/form?thread=a-page")


def test_a_feed_has_the_latest_first_and_no_more_than_asked_for(client, sqlite_store):
    for number in range(4):
        published(sqlite_store, f"number {number}", thread=f"page-{number}", number=number)

    feed = feed_of(client, f"{SITE_ATOM}?limit=3")

    assert [each.text for each in feed.findall("a:entry/a:content", NS)] == ["number 3", "number 2", "number 1"]


def test_a_feed_without_comments_is_one_all_the_same(client):
    for url in (ATOM, SITE_ATOM):
        feed = feed_of(client, url)

        assert feed.findall("a:entry", NS) == []
        assert text_of(feed, "a:updated") == "1970-01-01T00:00:00.000Z"


def test_a_feed_of_a_thread_that_moves_keeps_its_id(client, sqlite_store, key):
    published(sqlite_store, "Hello.")
    before = text_of(feed_of(client), "a:id")

    client.patch(THREAD, json={"key": "moved"}, headers=key())

    assert text_of(feed_of(client, ATOM.replace("a-page", "moved")), "a:id") == before


def test_a_feed_of_a_site_has_nothing_of_another(client, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    published(sqlite_store, "Of the demo site.")

    assert feed_of(client, "/v1/sites/other/comments.atom").findall("a:entry", NS) == []
