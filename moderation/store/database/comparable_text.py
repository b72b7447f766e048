"""Text search that ignores case, composition and invisible characters, on both databases."""

from typing import Any

from sqlalchemy import ColumnElement, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from moderation.unicode_text import IGNORABLE, comparable


class comparable_text(GenericFunction[str]):  # noqa: N801 - the name is that of the SQL function
    """`unicode_text.comparable` of a text, as SQL. On SQLite it is that function (`connections.py`)."""

    type = Text()
    inherit_cache = True


def contains_text(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether the column contains the text, both in the form in which texts that look the same are equal."""
    pattern = comparable(text)
    for character in "/%_":
        pattern = pattern.replace(character, f"/{character}")
    return comparable_text(column).like(comparable_text(literal(f"%{pattern}%")), escape="/")


@compiles(comparable_text, "postgresql")
def _on_postgresql(element: comparable_text, compiler: Any, **options: Any) -> str:
    """ASCII text, by its length in bytes, needs no more than lower case; PostgreSQL 13 and newer normalize."""
    text = compiler.process(element.clauses, **options)
    visible = f"regexp_replace(normalize({text}, NFKC), '[{IGNORABLE}]', '', 'g')"
    return (
        f"lower(CASE WHEN octet_length({text}) = char_length({text}) THEN {text} ELSE normalize({visible}, NFKC) END)"
    )
