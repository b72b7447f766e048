"""Many rows in one statement, in the form that is fastest for each database.

SQLAlchemy's executemany looks up every value of every row by name, which costs more than the database's own work, and
sends rows to PostgreSQL one by one. Here SQLite gets plain tuples, and PostgreSQL one JSON text that it expands.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, LargeBinary, Table
from sqlalchemy.dialects.postgresql.psycopg import dialect as postgresql

Values = Mapping[str, Any]
"""Values by column name."""

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
    """Insert rows that all have the same columns. Returns how many were written.

    replace, keep: key columns; on a conflict the existing row is overwritten (replace) or kept (keep).
    """
    if not rows:
        return 0
    names = tuple(rows[0])
    statement = _insertion(table, names, _on_conflict(names, replace, keep), connection.dialect.name)
    return _execute(connection, statement, {name: _column(connection, table, name, rows) for name in names})


def update_many(connection: Connection, table: Table, changes: Sequence[tuple[Values, Values]]) -> None:
    """For each (key, values): set the values where all key columns are equal. All have the same columns."""
    if changes:
        keys, news = [key for key, _ in changes], [values for _, values in changes]
        statement = _change(table, tuple(keys[0]), tuple(news[0]), connection.dialect.name)
        columns = {f"new_{name}": _column(connection, table, name, news) for name in news[0]}
        columns |= {f"old_{name}": _column(connection, table, name, keys) for name in keys[0]}
        _execute(connection, statement, columns)


# All names come from the table definitions, so nothing can be injected (S608).


@lru_cache(maxsize=64)
def _insertion(table: Table, names: tuple[str, ...], on_conflict: str, dialect: str) -> str:
    columns = ", ".join(names)
    source = f"VALUES ({', '.join('?' * len(names))})"
    if dialect == "postgresql":
        source = f"SELECT {columns} FROM {_recordset(table, {name: name for name in names})}"  # noqa: S608
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
    columns = {f"new_{name}": name for name in news} | {f"old_{name}": name for name in keys}
    sets = ", ".join(f"{name} = rows.new_{name}" for name in news)
    fits = " AND ".join(f"{table.name}.{name} = rows.old_{name}" for name in keys)
    return f"UPDATE {table.name} SET {sets} FROM {_recordset(table, columns)} WHERE {fits}"  # noqa: S608


def _recordset(table: Table, columns: Mapping[str, str]) -> str:
    """The rows of a JSON text. columns: each name in it, with the column of the table that has its type."""
    typed = (f"{name} {table.c[column].type.compile(dialect=_POSTGRESQL)}" for name, column in columns.items())
    return f"json_to_recordset(CAST(%s AS json)) AS rows ({', '.join(typed)})"


def _execute(connection: Connection, statement: str, columns: Mapping[str, Sequence[Any]]) -> int:
    rows = zip(*columns.values(), strict=True)
    if connection.dialect.name == "postgresql":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        return connection.exec_driver_sql(statement, (_json(records),)).rowcount
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def _column(connection: Connection, table: Table, name: str, rows: Sequence[Values]) -> list[Any]:
    """One column's values as they are sent: times as numbers, JSON as text except inside JSON."""
    values, kind = [row[name] for row in rows], table.c[name].type
    is_postgresql = connection.dialect.name == "postgresql"
    if isinstance(kind, JSON):
        return values if is_postgresql else [_json(value) for value in values]
    if is_postgresql and isinstance(kind, LargeBinary):
        return [None if value is None else f"\\x{value.hex()}" for value in values]
    process = _processor(table, name, connection.dialect)
    if process and values.count(values[0]) == len(values):  # often one time for the whole batch
        return [process(values[0])] * len(values)
    return [process(value) for value in values] if process else values


@lru_cache(maxsize=256)
def _processor(table: Table, name: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """The conversion of a column's values for the driver; None if there is none."""
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
