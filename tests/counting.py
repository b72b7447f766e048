"""Counts what a store is asked to do: SQL statements and commits, never time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Counts:
    """SQL statements (one for a whole executemany) and commits of a store's writing side."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    def note_statement(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        """One more, unless it only opens or closes a transaction."""
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            self.statements.append(statement)

    def note_commit(self, connection: Any) -> None:
        """One more, unless it was only a look, which has nothing to commit."""
        self.commits += not connection.get_execution_options().get("postgresql_readonly", False)

    def forget(self) -> None:
        """Start anew."""
        self.statements.clear()
        self.commits = 0


@contextmanager
def counting(engine: Engine) -> Iterator[Counts]:
    """Count what this engine is asked to do in the meantime."""
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
