"""Cusdis: its SQLite database, a dump of PostgreSQL by pg_dump, or a CSV file of comments with their pages.

Format: `prisma/*/schema.prisma`. Cusdis has no export of its own. The text is Markdown.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import IO, Any

from moderation.comment import Email, Status
from moderation.imports.items import Gap, ImportedComment, Item, RefusedRow, SourcePage, UnreadableFile
from moderation.imports.json_stream import LARGEST
from moderation.imports.loose import Fields, flag_in, id_in, moment_in, page_named, text_in
from moderation.imports.source_file import SourceFile

_QUERY = (
    "SELECT comments.*, pages.slug, pages.url, pages.title FROM comments "
    'LEFT JOIN pages ON comments."pageId" = pages.id ORDER BY comments.created_at, comments.id'
)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def read(file: SourceFile) -> Iterator[Item]:
    """Every comment of the file. Raises UnreadableFile."""
    if file.is_sqlite:
        yield from _of_database(file)
        return
    with file.opened() as stream:
        begin = stream.readline(LARGEST)
    is_dump = begin.startswith(b"--") or b"," not in begin
    yield from _of_dump(file) if is_dump else _of_csv(file)


def _of_database(file: SourceFile) -> Iterator[Item]:
    with file.database() as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables >= {"comments", "pages"}:
            raise UnreadableFile("", "This is no database of Cusdis: it has no tables comments and pages.")
        for row in database.execute(_QUERY):
            fields = {name: row[name] for name in row.keys()}  # noqa: SIM118 - of a row, not of a mapping
            yield _item(fields, f"comment {id_in(fields, 'id')}", _page(fields))


def _of_csv(file: SourceFile) -> Iterator[Item]:
    csv.field_size_limit(LARGEST)
    with file.opened() as stream:
        reader = csv.DictReader(
            line.replace("\0", "") for line in io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="")
        )
        try:
            if not {"id", "content"} <= set(reader.fieldnames or ()):
                raise UnreadableFile("line 1", "This is no table of Cusdis: it has no columns id and content.")
            for row in reader:
                place = f"line {reader.line_num}"
                if None in row:  # more values than columns
                    yield RefusedRow(row.get("id") or "", place, "not_readable")
                    continue
                fields = {name: value for name, value in row.items() if value not in {None, "", "NULL", "\\N"}}
                yield _item(fields, place, _page(fields))
        except csv.Error as problem:
            raise UnreadableFile(f"line {reader.line_num}", "This is not CSV.") from problem


def _of_dump(file: SourceFile) -> Iterator[Item]:
    """pg_dump writes the comments before their pages, so the dump is read twice."""
    with file.opened() as stream:
        pages = {text_in(row, "id"): _page(row) for _, row in _copied(stream, "pages")}
    number = 0
    with file.opened() as stream:
        for number, row in _copied(stream, "comments"):
            yield _item(row, f"line {number}", pages.get(text_in(row, "pageId"), SourcePage()))
    if not number:
        raise UnreadableFile("", "This file has no COPY of the table comments; make it with pg_dump, or as CSV.")


def _copied(stream: IO[bytes], table: str) -> Iterator[tuple[int, Fields]]:
    """The rows of a table in a dump, each with its line."""
    columns: list[str] | None = None
    line, number = b"", 0
    while line := stream.readline(LARGEST):
        number += 1
        text = line.decode("utf-8", "replace").replace("\0", "").rstrip("\r\n")
        if columns is None:
            if text.startswith((f"COPY public.{table} (", f"COPY {table} (")):
                columns = [name.strip(' "') for name in text.partition("(")[2].partition(")")[0].split(",")]
        elif text == "\\.":
            return
        else:
            values = text.split("\t")
            if len(values) != len(columns):
                raise UnreadableFile(f"line {number}", "The row has not as many columns as its table.")
            yield (
                number,
                {name: _unescaped(each) for name, each in zip(columns, values, strict=True) if each != "\\N"},
            )
    if columns is not None:
        raise UnreadableFile(f"line {number}", "The file ends in the middle of a table.")


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    first, *others = value.split("\\\\")
    parts = [first, *others]
    return "\\".join("".join(_pieces(part)) for part in parts)


def _pieces(part: str) -> Iterator[str]:
    first, *escaped = part.split("\\")
    yield first
    for each in escaped:
        yield _ESCAPES.get(each[:1], each[:1]) + each[1:]


def _page(fields: Mapping[str, Any]) -> SourcePage:
    slug = text_in(fields, "slug")
    return page_named(text_in(fields, "url") or slug, title=text_in(fields, "title"), names=(slug,) if slug else ())


def _item(fields: Fields, place: str, page: SourcePage) -> Item:
    id, parent = id_in(fields, "id"), id_in(fields, "parentId", "parent_id")
    if not id:
        return RefusedRow("", place, "id_missing")
    if text_in(fields, "deletedAt", "deleted_at"):
        return Gap(id, place, parent)
    email = text_in(fields, "by_email")
    return ImportedComment(
        id=id,
        place=place,
        page=page,
        parent=parent,
        name=text_in(fields, "by_nickname"),
        email=Email(email) if email else None,
        body=text_in(fields, "content").strip(),
        at=moment_in(fields, "created_at", "createdAt"),
        status=Status.APPROVED if flag_in(fields, "approved") else Status.PENDING,
        is_by_site=bool(text_in(fields, "moderatorId", "moderator_id")),
    )
