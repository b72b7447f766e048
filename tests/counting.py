"""Counts the SQL statements and commits of a store."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Counts:
    """SQL statements (one for a whole executemany) and commits on a store's write connection."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    def note_statement(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        """Record a statement, unless it only begins or ends a transaction."""
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            self.statements.append(statement)

    def note_commit(self, connection: Any) -> None:
        """Count a commit, unless the transaction was read-only."""
        self.commits += not connection.get_execution_options().get("postgresql_readonly", False)

    def forget(self) -> None:
        """Reset both."""
        self.statements.clear()
        self.commits = 0


@contextmanager
def counting(engine: Engine) -> Iterator[Counts]:
    """Count the statements and commits of this engine in the context."""
    counts = Counts()
    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": counts.note_statement,
        "commit": counts.note_commit,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    yield counts
    for name, listener in listeners.items():
        event.remove(engine, name, listener)
