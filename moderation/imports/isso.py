"""Isso: its SQLite database, also while Isso runs.

Format: `isso/db/comments.py` and `isso/db/threads.py`. The text is Markdown as it was typed; name, address and
website were escaped for HTML. Older databases lack columns. A deleted comment with replies stays, empty, in mode 4.
"""

from collections.abc import Iterator
from typing import Any

from moderation.comment import Email, Status
from moderation.imports.html_text import plain_text
from moderation.imports.items import Gap, ImportedComment, Item, UnreadableFile
from moderation.imports.loose import id_in, moment_in, page_named, text_in
from moderation.imports.source_file import SourceFile

_STATUSES = {"1": Status.APPROVED, "2": Status.PENDING}
_DELETED = "4"
_QUERY = (
    "SELECT comments.*, threads.uri AS page_uri, threads.title AS page_title "
    "FROM comments LEFT JOIN threads ON comments.tid = threads.id ORDER BY comments.id"
)


def read(file: SourceFile) -> Iterator[Item]:
    """Every comment of the database. Raises UnreadableFile."""
    with file.database() as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables >= {"comments", "threads"}:
            raise UnreadableFile("", "This is no database of Isso: it has no tables comments and threads.")
        for row in database.execute(_QUERY):
            yield _item({name: row[name] for name in row.keys()})  # noqa: SIM118 - of a row, not of a mapping


def _item(row: dict[str, Any]) -> Item:
    id = id_in(row, "id")
    place, parent, mode = f"comment {id}", id_in(row, "parent"), text_in(row, "mode")
    if mode == _DELETED:
        return Gap(id, place, parent)
    email = plain_text(text_in(row, "email"))
    return ImportedComment(
        id=id,
        place=place,
        page=page_named(text_in(row, "page_uri"), title=text_in(row, "page_title")),
        parent=parent,
        name=plain_text(text_in(row, "author")),
        email=Email(email) if email else None,
        website=plain_text(text_in(row, "website")),
        body=text_in(row, "text").strip(),
        at=moment_in(row, "created"),
        status=_STATUSES.get(mode, Status.PENDING),
        address=text_in(row, "remote_addr"),
    )
