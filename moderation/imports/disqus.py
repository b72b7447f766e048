"""Disqus: the XML of Admin → Community → Export.

Format: `disqus.xsd` and `disqus-internals.xsd`. Threads come first, then posts that name theirs. Newer exports have
no e-mail addresses. A post without an id of Disqus has one of the importing system.
"""

from collections.abc import Iterator

from moderation.comment import Email, Status
from moderation.imports.dates import utc_of
from moderation.imports.html_text import plain_text, text_of_html
from moderation.imports.items import Gap, ImportedComment, Item, RefusedRow, SourcePage
from moderation.imports.loose import page_named
from moderation.imports.source_file import SourceFile
from moderation.imports.xml_stream import Node, nodes
from moderation.reasons import Reason

_NAMES = frozenset(
    (
        "thread", "post", "id", "link", "title", "message", "createdAt", "isClosed", "isDeleted", "isSpam",
        "isApproved", "author", "email", "name", "username", "isAnonymous", "ipAddress", "parent",
    )
)  # fmt: skip
_WANTED = frozenset({"thread", "post"})
_NO_PAGE = SourcePage()


def read(file: SourceFile) -> Iterator[Item]:
    """Every post of the file. Raises UnreadableFile."""
    pages: dict[str, SourcePage] = {}
    deleted: set[str] = set()
    number = 0
    with file.opened() as stream:
        for node in nodes(stream, _named, root="disqus", wanted=_WANTED):
            id = node.attributes.get("id", "")
            if node.name == "post":
                number += 1
                thread = node.attribute_of("thread", "id")
                yield _item(node, id, f"post {number}", pages.get(thread, _NO_PAGE), is_gone=thread in deleted)
            elif id:
                pages[id] = _page(node, id)
                if _is(node, "isDeleted"):
                    deleted.add(id)


def _named(uri: str, local: str) -> str:
    return local if local in _NAMES else ""


def _page(node: Node, id: str) -> SourcePage:
    identifier = node.of("id")
    return page_named(
        node.of("link") or identifier,
        title=plain_text(node.of("title")),
        names=tuple(filter(None, (identifier, id))),
        is_closed=_is(node, "isClosed"),
    )


def _item(node: Node, id: str, place: str, page: SourcePage, *, is_gone: bool) -> Item:
    parent = node.attribute_of("parent", "id")
    inner = node.of("id")
    id = id or (f"id {inner}" if inner else "")
    if not id:
        return RefusedRow("", place, "id_missing")
    is_spam = _is(node, "isSpam")
    is_held = "isApproved" in node.texts and not _is(node, "isApproved")  # only our own export says so
    if is_gone or (_is(node, "isDeleted") and not (is_spam or is_held)):
        return Gap(id, place, parent)
    author = node.inner.get("author") or Node("author", "", {})
    email, username = author.of("email"), author.of("username")
    status = Status.REJECTED if is_spam else Status.PENDING if is_held else Status.APPROVED
    return ImportedComment(
        id=id,
        place=place,
        page=page,
        parent=parent,
        name=plain_text(author.of("name") or username),
        email=Email(email) if email else None,
        author=username,
        body=text_of_html(node.of("message")),
        at=utc_of(node.of("createdAt")),
        status=status,
        reason=Reason.SPAM if is_spam else None,
        address=node.of("ipAddress"),
    )


def _is(node: Node, name: str) -> bool:
    return node.of(name).lower() in {"true", "1"}
