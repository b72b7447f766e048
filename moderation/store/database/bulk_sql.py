"""Many rows in one statement, in the form that each database takes fastest.

SQLAlchemy's executemany looks up every value of every row by its name, which costs more than the database's own part,
and sends PostgreSQL row after row. Here SQLite is given plain tuples, and PostgreSQL one JSON text that it unfolds.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, LargeBinary, Table
from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql

Values = Mapping[str, Any]
"""Values by the name of their column."""

_POSTGRESQL: Dialect = postgresql()  # type: ignore[no-untyped-call]
_json = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


def insert_many(
    connection: Connection,
    table: Table,
    rows: Sequence[Values],
    *,
    replace: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> int:
    """Insert rows that all have the same columns; gives how many were written.

    replace, keep: a key, of which an older row is overwritten, or stays as it is.
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    statement = _insertion(table, names, _on_conflict(names, replace, keep), connection.dialect.name)
    return _execute(connection, statement, {name: _column(connection, table, name, rows) for name in names})


def update_many(connection: Connection, table: Table, changes: Sequence[tuple[Values, Values]]) -> None:
    """For each (key, values): set the values where all of the key is equal. The same columns in each."""
    if changes:
        keys, news = [key for key, _ in changes], [values for _, values in changes]
        statement = _change(table, tuple(keys[0]), tuple(news[0]), connection.dialect.name)
        columns = {f"new_{name}": _column(connection, table, name, news) for name in news[0]}
        columns |= {f"old_{name}": _column(connection, table, name, keys) for name in keys[0]}
        _execute(connection, statement, columns)


# Names are those of our own columns, never a stranger's: nothing can be injected (S608).


@lru_cache(maxsize=64)
def _insertion(table: Table, names: tuple[str, ...], on_conflict: str, dialect: str) -> str:
    columns = ", ".join(names)
    source = f"VALUES ({', '.join('?' * len(names))})"
    if dialect == "postgresql":
        source = f"SELECT {columns} FROM {_told(table, {name: name for name in names})}"  # noqa: S608
    return f"INSERT INTO {table.name} ({columns}) {source}{on_conflict}"


def _on_conflict(names: Sequence[str], replace: Sequence[str], keep: Sequence[str]) -> str:
    if keep:
        return f" ON CONFLICT ({', '.join(keep)}) DO NOTHING"
    overwrites = ", ".join(f"{name} = excluded.{name}" for name in names if name not in replace)
    return f" ON CONFLICT ({', '.join(replace)}) DO UPDATE SET {overwrites}" if replace else ""


@lru_cache(maxsize=64)
def _change(table: Table, keys: tuple[str, ...], news: tuple[str, ...], dialect: str) -> str:
    if dialect != "postgresql":
        fits = " AND ".join(f"{name} = ?" for name in keys)
        return f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in news)} WHERE {fits}"  # noqa: S608
    told = {f"new_{name}": name for name in news} | {f"old_{name}": name for name in keys}
    sets = ", ".join(f"{name} = told.new_{name}" for name in news)
    fits = " AND ".join(f"{table.name}.{name} = told.old_{name}" for name in keys)
    return f"UPDATE {table.name} SET {sets} FROM {_told(table, told)} WHERE {fits}"  # noqa: S608


def _told(table: Table, columns: Mapping[str, str]) -> str:
    """The rows of a JSON text. columns: each name in it, and the column of the table whose type it has."""
    typed = (f"{name} {table.c[column].type.compile(dialect=_POSTGRESQL)}" for name, column in columns.items())
    return f"json_to_recordset(CAST(%s AS json)) AS told ({', '.join(typed)})"


def _execute(connection: Connection, statement: str, columns: Mapping[str, Sequence[Any]]) -> int:
    rows = zip(*columns.values(), strict=True)
    if connection.dialect.name == "postgresql":
        told = [dict(zip(columns, row, strict=True)) for row in rows]
        return connection.exec_driver_sql(statement, (_json(told),)).rowcount
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def _column(connection: Connection, table: Table, name: str, rows: Sequence[Values]) -> list[Any]:
    """One column's values as they are sent: moments as numbers, and JSON as text unless it goes into JSON anyway."""
    values, kind = [row[name] for row in rows], table.c[name].type
    is_postgresql = connection.dialect.name == "postgresql"
    if isinstance(kind, JSON):
        return values if is_postgresql else [_json(value) for value in values]
    if is_postgresql and isinstance(kind, LargeBinary):
        return [None if value is None else f"\\x{value.hex()}" for value in values]
    process = _processor(table, name, connection.dialect)
    if process and values.count(values[0]) == len(values):  # one moment, mostly, for a whole batch
        return [process(values[0])] * len(values)
    return [process(value) for value in values] if process else values


@lru_cache(maxsize=256)
def _processor(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What turns a column's values into those of the driver; None where they are the same."""
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
