"""Commento and Comentario: the JSON that both export, mostly as a gzip.

Format: `internal/svc/impex_comentario.go` of Comentario. Version 1 is Commento's, with the page's path under `url`;
version 3 has the pages in an array of their own. Authors are behind the comments, so the file is read twice.
"""

from collections.abc import Iterator
from typing import Any

from moderation.comment import Email, Status
from moderation.imports.html_text import plain_text, text_of_html
from moderation.imports.items import Gap, ImportedComment, Item, RefusedRow, SourcePage, UnreadableFile
from moderation.imports.json_stream import JsonReader
from moderation.imports.loose import Fields, flag_in, id_in, moment_in, page_named, text_in
from moderation.imports.source_file import SourceFile
from moderation.reasons import Reason

_KNOWN_VERSIONS = ("1", "3")
_ANONYMOUS = frozenset({"anonymous"})


def read(file: SourceFile) -> Iterator[Item]:
    """Every comment of the file. Raises UnreadableFile."""
    people: dict[str, Fields] = {}
    pages: dict[str, SourcePage] = {}
    version = ""
    with file.opened() as stream:
        for path, value in JsonReader(stream).items("comments", "commenters", "pages"):
            if path == "version":
                version = text_in({"version": value}, "version")
            elif path == "commenters" and isinstance(value, dict):
                people[id_in(value, "commenterHex", "id")] = {
                    name: value.get(name) for name in ("name", "email", "link", "websiteUrl", "isModerator")
                }
            elif path == "pages" and isinstance(value, dict):
                closed = flag_in(value, "isReadonly")
                pages[id_in(value, "id")] = page_named(
                    _slashed(text_in(value, "path")), title=text_in(value, "title"), is_closed=closed
                )
    if version not in _KNOWN_VERSIONS:
        raise UnreadableFile("", "This is no export of Commento or Comentario: its version should be 1 or 3.")
    with file.opened() as stream:
        number = 0
        for path, value in JsonReader(stream).items("comments", "commenters", "pages"):
            if path == "comments":
                number += 1
                yield _item(value, f"comment {number}", people, pages)


def _item(value: Any, place: str, people: dict[str, Fields], pages: dict[str, SourcePage]) -> Item:
    if not isinstance(value, dict):
        return RefusedRow("", place, "not_readable")
    id, parent = id_in(value, "commentHex", "id"), id_in(value, "parentHex", "parentId")
    if not id:
        return RefusedRow("", place, "id_missing")
    markdown = text_in(value, "markdown").strip()
    if flag_in(value, "deleted") or flag_in(value, "isDeleted") or markdown == "[deleted]":
        return Gap(id, place, parent)
    author_id = id_in(value, "commenterHex", "userCreated")
    author = people.get(author_id, {})
    email, link = text_in(author, "email"), text_in(author, "websiteUrl", "link")
    status, reason = _decided(value)
    return ImportedComment(
        id=id,
        place=place,
        page=_page(value, pages),
        parent=parent,
        name=plain_text(text_in(value, "authorName") or text_in(author, "name")),
        email=Email(email) if email else None,
        author="" if author_id in _ANONYMOUS else author_id,
        website="" if link == "undefined" else link,
        body=markdown or text_of_html(text_in(value, "html")),
        at=moment_in(value, "creationDate", "createdTime"),
        status=status,
        reason=reason,
        is_by_site=flag_in(author, "isModerator"),
    )


def _decided(value: Fields) -> tuple[Status, Reason | None]:
    state = text_in(value, "state")
    if state == "approved" or flag_in(value, "isApproved"):
        return Status.APPROVED, None
    if "isApproved" in value and not flag_in(value, "isPending"):
        return Status.REJECTED, Reason.OTHER
    return Status.PENDING, None


def _page(value: Fields, pages: dict[str, SourcePage]) -> SourcePage:
    known = pages.get(id_in(value, "pageId"))
    if known:
        return known
    domain, path = text_in(value, "domain", "host"), text_in(value, "path", "url")
    if not (domain or path):
        return SourcePage()
    return page_named(f"https://{domain}{_slashed(path)}" if domain and "://" not in path else _slashed(path))


def _slashed(path: str) -> str:
    return path if "://" in path else f"/{path.lstrip('/')}"
