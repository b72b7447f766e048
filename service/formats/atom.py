"""Comments as an Atom feed (RFC 4287), with ids that outlive a move of the service or of a page.

They are plain text; where the site uses Markdown and a comment has marks, HTML.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree

from moderation.comment import PublicComment
from service.formats.plain import plain
from service.formats.rich_text import as_html, rich_text
from service.http.language import _
from service.http.urls import web_url
from service.schemas.answers import stamp

_NO_COMMENTS = datetime(1970, 1, 1, tzinfo=UTC)
_LONG_AGO = "1970-01-01"


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment of a feed. page_title, page_url: of its page; the comment's anchor there is added.

    is_rich: whether its site uses Markdown.
    """

    comment: PublicComment
    page_title: str
    page_url: str
    is_rich: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. host: of this service, for the ids. name: what is unique of the feed on it. url: its own address."""

    host: str
    name: str
    title: str
    url: str
    page_url: str
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """The feed as XML. Its time is that of its latest comment."""
    root = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _add(root, "id", _tag_uri(feed.host, _LONG_AGO, feed.name))
    _add(root, "title", feed.title)
    _add(root, "updated", stamp(max((each.comment.at for each in feed.entries), default=_NO_COMMENTS)))
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    if feed.page_url:
        _add(root, "link", rel="alternate", type="text/html", href=feed.page_url)
    for entry in feed.entries:
        _add_entry(root, feed, entry)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _add_entry(root: ElementTree.Element, feed: Feed, entry: Entry) -> None:
    comment = entry.comment
    element = _add(root, "entry")
    _add(element, "id", _tag_uri(feed.host, f"{comment.at:%Y-%m-%d}", comment.id))
    _add(element, "title", _("%(name)s on %(title)s", name=comment.name, title=entry.page_title))
    _add(element, "updated", stamp(comment.at))
    _add(element, "published", stamp(comment.at))
    author = _add(element, "author")
    _add(author, "name", comment.name)
    if website := web_url(comment.website):
        _add(author, "uri", website)
    page = entry.page_url.partition("#")[0]
    _add(element, "link", rel="alternate", type="text/html", href=f"{page}#comment-{comment.id}")
    tree = rich_text(comment.body, is_rich=entry.is_rich)
    if tree:
        _add(element, "content", as_html(tree), type="html")
    else:
        _add(element, "content", comment.body, type="text")


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, {each: plain(value) for each, value in attributes.items()})
    element.text = plain(text)
    return element


def _tag_uri(host: str, date: str, name: str) -> str:
    """A tag URI (RFC 4151): unique for ever, and no address. Its authority has the form of a domain."""
    return f"tag:{re.sub(r'[^A-Za-z0-9.-]', '-', host)},{date}:{quote(name, safe='')}"
