"""Waline: the JSON of its dashboard's export.

Format: `packages/server/src/controller/db.js`. The rows are as the database has them: ids are numbers or text, dates
are text or objects, and the text is Markdown, or HTML if it came from Valine.
"""

from collections.abc import Iterator
from typing import Any

from moderation.comment import Email, Status
from moderation.imports.html_text import plain_text
from moderation.imports.items import ImportedComment, Item, RefusedRow, UnreadableFile
from moderation.imports.json_stream import JsonReader
from moderation.imports.loose import id_in, moment_in, page_named, text_in, text_of_markdown
from moderation.imports.source_file import SourceFile
from moderation.reasons import Reason

_ROWS = ("data.Comment", "data.data.Comment")
"""Where the comments are: in the file, and in the answer of the API that it was made from."""

_STATUSES = {
    "approved": (Status.APPROVED, None),
    "spam": (Status.REJECTED, Reason.SPAM),
}


def read(file: SourceFile) -> Iterator[Item]:
    """Every comment of the file. Raises UnreadableFile."""
    number, is_waline = 0, False
    with file.opened() as stream:
        for path, value in JsonReader(stream).items(*_ROWS):
            is_waline = is_waline or path in _ROWS or value == "waline"
            if path in _ROWS:
                number += 1
                yield _item(value, f"comment {number}")
    if not is_waline:
        raise UnreadableFile("", "This is no export of Waline: it has no comments under data.Comment.")


def _item(value: Any, place: str) -> Item:
    if not isinstance(value, dict):
        return RefusedRow("", place, "not_readable")
    id, email = id_in(value, "objectId", "id", "_id"), text_in(value, "mail")
    if not id:
        return RefusedRow("", place, "id_missing")
    status, reason = _STATUSES.get(text_in(value, "status"), (Status.PENDING, None))
    return ImportedComment(
        id=id,
        place=place,
        page=page_named(text_in(value, "url")),
        parent=id_in(value, "pid", "rid"),
        name=plain_text(text_in(value, "nick")),
        email=Email(email) if email else None,
        author=f"user {id_in(value, 'user_id')}" if id_in(value, "user_id") else "",
        website=text_in(value, "link"),
        body=text_of_markdown(text_in(value, "comment")),
        at=moment_in(value, "insertedAt", "createdAt"),
        status=status,
        reason=reason,
        address=text_in(value, "ip"),
    )
