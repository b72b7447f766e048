"""The systems whose comments can be imported. To add one: a file with a function `read`, a row here, a part of
docs/migrate.md with what is lost on the way, and its oddities as tests in tests/moderation/imports/."""

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice

from moderation.imports.items import Item, UnreadableFile
from moderation.imports.source_file import SourceFile

KINDS = (
    "disqus",
    "wordpress",
    "isso",
    "remark42",
    "comentario",
    "artalk",
    "waline",
    "cusdis",
    "rejoinder",
)
"""Names for the command line; `moderation/imports/NAME.py` reads the files."""

OWN = "rejoinder"
"""The kind of our own exports, which keep more than those of others: ids, scores and decisions."""

Reader = Callable[[SourceFile], Iterator[Item]]


KNOWN = (
    "Known are XML of Disqus and WordPress; SQLite databases of Isso and Cusdis, and of Cusdis also pg_dump and CSV; "
    "JSON of Remark42, Comentario, Commento, Artalk, Waline and Rejoinder; each also compressed with gzip."
)
"""The formats, for people whose file is another one."""


def reader_of(kind: str) -> Reader:
    """What reads the files of this kind. If it can read nothing of a file, the error says what that seems to be."""
    read: Reader = import_module(f"moderation.imports.{kind}").read

    def read_or_explain(file: SourceFile) -> Iterator[Item]:
        items = read(file)
        try:
            first = list(islice(items, 1))
        except UnreadableFile as problem:
            explained = f"{problem.problem} The file {file.appearance}. {KNOWN}"
            raise UnreadableFile(problem.place, explained) from problem
        yield from first
        yield from items

    return read_or_explain
