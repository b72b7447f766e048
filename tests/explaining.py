"""SQLite's query plans for the statements of a store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def explaining(engine: Engine) -> Iterator[list[str]]:
    """Collect the plan steps, such as "SCAN comments", of all statements on a store's write connection."""
    steps: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE")) and not many:
            plan = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps.extend(step for _, _, _, step in plan)

    event.listen(engine, "before_cursor_execute", explain)
    yield steps
    event.remove(engine, "before_cursor_execute", explain)
