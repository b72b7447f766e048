"""WordPress: WXR 1.0 to 1.2, the file of Tools → Export.

Format: `wp-admin/includes/export.php` of WordPress. An item is a post with its comments, without the spam since
WordPress 3.0; other exporters add it. Dates of drafts and of old imports are "0000-00-00 00:00:00". Parents may come
later, and merged exports have an id twice; both are left to `run.py`.
"""

from collections.abc import Iterator

from moderation.comment import Email, Status
from moderation.imports.dates import utc_of
from moderation.imports.html_text import plain_text, text_of_html
from moderation.imports.items import Gap, ImportedComment, Item, RefusedRow, SourcePage
from moderation.imports.source_file import SourceFile
from moderation.imports.xml_stream import Node, nodes
from moderation.reasons import Reason

_WXR = "http://wordpress.org/export/"
_OF_ITEM = frozenset(("title", "link", "guid", "wp:post_id", "wp:comment_status", "wp:status", "wp:post_password"))
_COMMENT = "wp:comment"
_PUBLIC_KINDS = frozenset(("", "comment", "pingback", "trackback", "review"))
_STATUSES = {
    "1": (Status.APPROVED, None),
    "approve": (Status.APPROVED, None),
    "approved": (Status.APPROVED, None),
    "0": (Status.PENDING, None),
    "hold": (Status.PENDING, None),
    "spam": (Status.REJECTED, Reason.SPAM),
    "trash": (Status.REJECTED, Reason.OTHER),
    "post-trashed": (Status.REJECTED, Reason.OTHER),
}


def read(file: SourceFile) -> Iterator[Item]:
    """Every comment of the file. Raises UnreadableFile."""
    facts: dict[str, str] = {}
    page: SourcePage | None = None
    number = 0
    with file.opened() as stream:
        for node in nodes(stream, _named, root="rss", wanted=_OF_ITEM | {_COMMENT}, begun=frozenset({"item"})):
            if node.name == "item":
                facts, page = {}, None
            elif node.name != _COMMENT:
                facts.setdefault(node.name, node.text.strip())
            else:
                number += 1
                page = page or _page_of(facts)
                yield _item(node, f"comment {number}", page, is_private=_is_private(facts))


def _named(uri: str, local: str) -> str:
    if uri.startswith(_WXR):
        return f"wp:{local}"
    return local if not uri and local in {"item", "title", "link", "guid"} else ""


def _page_of(facts: dict[str, str]) -> SourcePage:
    return SourcePage(
        url=facts.get("link") or facts.get("guid", ""),
        title=plain_text(facts.get("title", "")),
        names=tuple(filter(None, (facts.get("wp:post_id", ""), facts.get("guid", "")))),
        is_closed=facts.get("wp:comment_status") == "closed",
    )


def _is_private(facts: dict[str, str]) -> bool:
    """Whether readers of the blog could not see the post: its comments must not become public by moving."""
    return facts.get("wp:status") == "private" or bool(facts.get("wp:post_password"))


def _item(node: Node, place: str, page: SourcePage, *, is_private: bool) -> Item:
    id = node.of("wp:comment_id")
    parent = node.of("wp:comment_parent")
    parent = "" if parent == "0" else parent
    if not id:
        return RefusedRow("", place, "id_missing")
    if node.of("wp:comment_type") not in _PUBLIC_KINDS:
        return Gap(id, place, parent, "kind_private")
    if is_private:
        return Gap(id, place, parent, "page_private")
    known = _STATUSES.get(node.of("wp:comment_approved"))
    status, reason = known or (Status.PENDING, None)
    email = node.of("wp:comment_author_email")
    return ImportedComment(
        id=id,
        place=place,
        page=page,
        parent=parent,
        name=plain_text(node.of("wp:comment_author")),
        email=Email(email) if email else None,
        website=node.of("wp:comment_author_url"),
        body=text_of_html(node.of("wp:comment_content"), keeps_lines=True),
        at=utc_of(node.of("wp:comment_date_gmt")) or utc_of(node.of("wp:comment_date")),
        status=status,
        reason=reason,
        author=f"user {node.of('wp:comment_user_id')}" if node.of("wp:comment_user_id").strip("0") else "",
        address=node.of("wp:comment_author_IP").split(",")[0].strip(),
    )
