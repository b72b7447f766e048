"""The only package that knows SQL. `Store` opens a database; `UnitOfWork` holds its tables inside a transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from moderation.store.database.engines import open_database
from moderation.store.sealing import Sealer
from moderation.store.unit_of_work import UnitOfWork

__all__ = ["Store", "UnitOfWork"]

T = TypeVar("T")
Part = TypeVar("Part")


class Store:
    """One open database. Share it between threads; open it anew after a fork.

    is_apart: whether another process does the writing, so that this one is free meanwhile.
    """

    def __init__(self, url: str, sealer: Sealer) -> None:
        self.sealer = sealer
        self._database = open_database(url)
        self.engine = self._database.engine
        self.is_apart = self._database.is_apart

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A read-only transaction. Raises StoreBusy when the database cannot be reached."""
        with self._database.read() as connection:
            yield UnitOfWork(connection, self.sealer)

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run the work in one transaction. When this returns, the changes are on disk; when it raises, none are.

        Keep it short: on SQLite no other write can run meanwhile. Raises StoreBusy.
        """
        result: T = self._database.write(lambda connection: work(UnitOfWork(connection, self.sealer)))
        return result

    def write_together(
        self, work: "Callable[[UnitOfWork, Sequence[Part]], Sequence[T | Exception]]", part: Part
    ) -> T:
        """Run the work for all parts that wait for it, in one transaction; when this returns, this part is on disk.

        The work returns a result for each part, in their order; a result that is an exception is raised to its own
        caller. When the work itself raises, each part is tried alone. It runs on the thread of any of its callers, so
        it must not use their context. Raises StoreBusy.
        """
        result: T = self._database.write_together(_UnitOfWorkFunction(work, self.sealer), part)
        return result

    def close(self) -> None:
        """Close every connection."""
        self._database.close()


@dataclass(frozen=True, slots=True)
class _UnitOfWorkFunction:
    """Work on a unit of work as work on a connection. Equal for equal work, so that its parts are grouped."""

    work: Callable[[UnitOfWork, Sequence[Any]], Sequence[Any]]
    sealer: Sealer

    def __call__(self, connection: Connection, parts: Sequence[Any]) -> Sequence[Any]:
        return self.work(UnitOfWork(connection, self.sealer), parts)
