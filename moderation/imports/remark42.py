"""Remark42: a backup, which is a gzip of JSON lines.

Format: `backend/app/migrator/native.go` and `backend/app/store/comment.go`. The first line has the version and what
is known of users and pages. `orig` is what the author typed; comments that Remark42 imported itself have only `text`,
which is HTML. Addresses are hashes, and there are no e-mail addresses.
"""

from collections.abc import Iterator
from typing import Any

from moderation.comment import Status
from moderation.imports.html_text import plain_text, text_of_html
from moderation.imports.items import Gap, ImportedComment, Item, RefusedRow, UnreadableFile
from moderation.imports.json_stream import lines_of
from moderation.imports.loose import flag_in, id_in, moment_in, page_named, text_in
from moderation.imports.source_file import SourceFile

_KNOWN_VERSIONS = ("0", "1")


def read(file: SourceFile) -> Iterator[Item]:
    """Every comment of the backup. Raises UnreadableFile."""
    with file.opened() as stream:
        lines = lines_of(stream)
        closed = _closed_pages(next(lines, (1, None)))
        for number, value in lines:
            yield _item(value, f"line {number}", closed)


def _closed_pages(line: tuple[int, Any]) -> set[str]:
    number, header = line
    if not isinstance(header, dict) or "version" not in header:
        raise UnreadableFile(f"line {number}", 'This is no backup of Remark42: it should be {"version": 1, …}.')
    version = text_in(header, "version")
    if version not in _KNOWN_VERSIONS:
        raise UnreadableFile(f"line {number}", f"Only version 1 of Remark42's backups is known, not {version[:20]}.")
    posts = header.get("posts") or []
    found = [each for each in posts if isinstance(each, dict)] if isinstance(posts, list) else []
    return {text_in(each, "url") for each in found if flag_in(each, "read_only")}


def _item(value: Any, place: str, closed: set[str]) -> Item:
    if not isinstance(value, dict):
        return RefusedRow("", place, "not_readable")
    id, parent = id_in(value, "id"), id_in(value, "pid")
    locator, user = (each if isinstance(each, dict) else {} for each in (value.get("locator"), value.get("user")))
    if not id:
        return RefusedRow("", place, "id_missing")
    if flag_in(value, "delete"):
        return Gap(id, place, parent)
    url = text_in(locator, "url")
    return ImportedComment(
        id=id,
        place=place,
        page=page_named(url, title=plain_text(text_in(value, "title")), is_closed=url in closed),
        parent=parent,
        name=plain_text(text_in(user, "name")),
        author=text_in(user, "id"),
        body=text_in(value, "orig").strip() or text_of_html(text_in(value, "text")),
        at=moment_in(value, "time"),
        status=Status.APPROVED,
        is_by_site=flag_in(user, "admin"),
    )
