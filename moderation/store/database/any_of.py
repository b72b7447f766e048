"""`any_of(column, values)`: `column IN (values)` with all values in a single parameter.

With one parameter for each value, a batch would name, parse and bind hundreds of them.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, ColumnElement, LargeBinary, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeEngine


class _Many(TypeDecorator[Collection[Any]]):
    """Values of one type: an array on PostgreSQL, JSON on SQLite."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type that this database can unnest."""
        return dialect.type_descriptor(ARRAY(self.kind) if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[Any]:
        """Any collection to a list; bytes become hexadecimal in JSON."""
        as_text = isinstance(self.kind, LargeBinary) and dialect.name != "postgresql"
        return [each.hex() for each in value] if as_text else list(value)


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> "_Among":
        """Unchanged: it has its own parentheses, and SQLAlchemy's `= 1` would keep SQLite from using an index."""
        return self


def any_of(column: ColumnElement[Any], values: Collection[Any] | str) -> _Among:
    """Whether a column of texts, bytes or numbers is one of the values. values: may be the name of a parameter."""
    name, value = (values, None) if isinstance(values, str) else (None, values)
    return _Among(column, bindparam(name, value, type_=_Many(column.type), required=value is None))


@compiles(_Among, "postgresql")
def _as_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    return f"({column} = ANY ({values}))"


@compiles(_Among)
def _as_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(each, **how) for each in element.clauses)
    value = "unhex(value)" if isinstance(element.clauses.clauses[0].type, LargeBinary) else "value"
    return f"({column} IN (SELECT {value} FROM json_each({values})))"  # noqa: S608 - compiled by SQLAlchemy
