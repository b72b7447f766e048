"""Artalk: Artrans, the JSON array of its export, in which every value is text.

Format: `internal/artransfer/` of Artalk and `src/common.ts` of Artransfer, whose converters also write numbers and
booleans. `rid` is the parent. Pages are named by a path or a whole address.
"""

from collections.abc import Iterator
from typing import Any

from moderation.comment import Email, Status
from moderation.imports.html_text import plain_text
from moderation.imports.items import ImportedComment, Item, RefusedRow, SourcePage
from moderation.imports.json_stream import JsonReader
from moderation.imports.loose import Fields, flag_in, id_in, moment_in, page_named, text_in, text_of_markdown
from moderation.imports.source_file import SourceFile


def read(file: SourceFile) -> Iterator[Item]:
    """Every comment of the file. Raises UnreadableFile."""
    with file.opened() as stream:
        for number, (path, value) in enumerate(JsonReader(stream).items(""), start=1):
            yield _item(value if path == "" else None, f"comment {number}")


def _item(value: Any, place: str) -> Item:
    if not isinstance(value, dict):
        return RefusedRow("", place, "not_readable")
    id, email = id_in(value, "id"), text_in(value, "email")
    if not id:
        return RefusedRow("", place, "id_missing")
    return ImportedComment(
        id=id,
        place=place,
        page=_page(value),
        parent=id_in(value, "rid"),
        name=plain_text(text_in(value, "nick")),
        email=Email(email) if email else None,
        website=text_in(value, "link"),
        body=text_of_markdown(text_in(value, "content")),
        at=moment_in(value, "created_at"),
        status=Status.PENDING if flag_in(value, "is_pending") else Status.APPROVED,
        is_by_site=bool(text_in(value, "badge_name")),
        address=text_in(value, "ip"),
    )


def _page(value: Fields) -> SourcePage:
    key, site = text_in(value, "page_key").strip(), text_in(value, "site_urls").split(",")[0].strip().rstrip("/")
    address = f"{site}{key}" if site and key.startswith("/") else key
    closed = flag_in(value, "page_admin_only")
    return page_named(address, title=plain_text(text_in(value, "page_title")), names=(key,), is_closed=closed)
