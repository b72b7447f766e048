"""The systems whose comments can be imported. To add one: a file with a function `read`, a row here, a part of
docs/migrate.md with what is lost on the way, and its oddities as tests in tests/moderation/imports/."""

from collections.abc import Callable, Iterator
from importlib import import_module

from moderation.imports.items import Item
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


def reader_of(kind: str) -> Reader:
    """What reads the files of this kind."""
    read: Reader = import_module(f"moderation.imports.{kind}").read
    return read
