"""How a look and a write happen on each database, and how a write reaches the disk."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from moderation.errors import ModerationError, StoreBusy
from moderation.store.database.connections import postgres_engine, sqlite_readers, sqlite_writer
from moderation.store.database.group_commit import FileTurn, Group

Work = Callable[[Connection], Any]
SharedWork = Callable[[Connection, Sequence[Any]], Sequence[Any]]
"""Work that can be done for many at once: from the parts of all, in order, to a result for each."""


class Gate(Protocol):
    """Where the threads of a program take turns at running Python (`service/server/concurrency.py`)."""

    def inside(self) -> AbstractContextManager[None]:
        """Held while this thread has something to do."""

    def aside(self) -> AbstractContextManager[None]:
        """Held while it waits for others, or for the disk."""


class NoGate:
    """For programs in which few threads write."""

    inside = aside = staticmethod(nullcontext)


class _InGroups(ABC):
    """What both databases share: writes that wait for each other are done together, as `_write_group` does them."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._group = Group(self._write_group)

    def write_together(self, work: SharedWork, part: Any) -> Any:
        """Run the work for all the parts that wait for it in this process: one round trip and one fsync for all."""
        item = _Item(work, part)
        with self._gate.aside():
            self._group.do(item)
        return item.result()

    @abstractmethod
    def _write_group(self, group: Sequence["_Item"]) -> None:
        """Run each item's work in one transaction, and note in each what came of it."""


class Sqlite(_InGroups):
    """SQLite in WAL mode with `synchronous=FULL`: what was committed survives the loss of power.

    One connection writes, by turns. Callers that wait while another one commits are written together by the first
    of them: one fsync for all ("group commit"). Several writing processes are safe, only slower in the tail.
    """

    is_apart = False

    def __init__(self, url: str, gate: Gate) -> None:
        super().__init__(gate)
        self.engine = sqlite_writer(url)
        self._readers = sqlite_readers(url)
        self._turn = FileTurn(Path(f"{self.engine.url.database}.turn"))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot, on a connection that cannot write."""
        with _told_plainly(), self._readers.connect() as connection:
            yield connection

    def write(self, work: Work) -> Any:
        """Run the work, alone or together with what others wait to write; each succeeds or fails on its own."""
        return self.write_together(lambda connection, _: [work(connection)], None)

    def _write_group(self, group: Sequence["_Item"]) -> None:
        try:
            with self._turn.taken(), _told_plainly(), self.engine.begin() as connection, self._gate.inside():
                for items in _by_work(group):
                    _do_together(connection, items, alone=len(group) == 1)
        except Exception as problem:
            for item in group:
                item.settle(problem)

    def close(self) -> None:
        """Let go of every connection."""
        self._readers.dispose()
        self.engine.dispose()
        self._turn.close()


class Postgres(_InGroups):
    """PostgreSQL as it is: row locks instead of turns, and one transaction a write or for those that share a work."""

    is_apart = True

    def __init__(self, url: str, gate: Gate) -> None:
        super().__init__(gate)
        self.engine = postgres_engine(url)
        self._readers = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot, in a transaction that cannot write.

        It is committed: after a rollback psycopg has the server forget every statement that it had prepared.
        """
        refusal = None
        with _told_plainly(), self._readers.begin() as connection:
            try:
                yield connection
            except ModerationError as error:  # such as NotFound: that is no reason to forget them
                refusal = error
        if refusal is not None:
            raise refusal

    def write(self, work: Work) -> Any:
        """Run the work in one transaction and commit."""
        with self._gate.aside(), _told_plainly(), self.engine.begin() as connection:
            return work(connection)

    def _write_group(self, group: Sequence["_Item"]) -> None:
        for items in _by_work(group):
            try:
                _settle(items, self.write(partial(_results, items)))
            except Exception as problem:
                if len(items) == 1 or isinstance(problem, StoreBusy):
                    _settle(items, [problem] * len(items))
                else:
                    self._write_each(items)

    def _write_each(self, items: Sequence["_Item"]) -> None:
        for item in items:
            self._write_group([item])

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


Database = Sqlite | Postgres
"""What the store asks of both: a consistent look, and a write that is on disk when it returns.

is_apart: whether a write is the work of another process, so that this one has its hands free meanwhile.
"""


def open_database(url: str, gate: Gate | None = None) -> Database:
    """Open the database that the URL names: `sqlite:////path/file` or `postgresql://user@host/name`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Sqlite(url, gate or NoGate())
    return Postgres(
        parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False), gate or NoGate()
    )


class _Item:
    """One waiting write: the work, its part in it, and what became of it."""

    def __init__(self, work: SharedWork, part: Any) -> None:
        self.work = work
        self.part = part
        self.context = copy_context()  # another request's thread may do the work: it must not look like that request
        self._outcome: Any = StoreBusy("The server was stopped while it wrote.")

    def settle(self, outcome: Any) -> None:
        """This came of it: what the work gave for its part, or why nothing of it was kept."""
        self._outcome = outcome

    def result(self) -> Any:
        """What the work gave. Raises what it raised, or what it gave if that is an exception."""
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def _by_work(group: Sequence[_Item]) -> Iterable[list[_Item]]:
    shared: dict[SharedWork, list[_Item]] = {}
    for item in group:
        shared.setdefault(item.work, []).append(item)
    return shared.values()


def _results(items: Sequence[_Item], connection: Connection) -> Sequence[Any]:
    first = items[0]
    return first.context.run(first.work, connection, [item.part for item in items])


def _settle(items: Sequence[_Item], results: Sequence[Any]) -> None:
    for item, result in zip(items, results, strict=True):
        item.settle(result)


def _do_together(connection: Connection, items: Sequence[_Item], *, alone: bool) -> None:
    """Do the work of these. Among others it has a savepoint of its own, so that its failure is its own too; several
    that fail together are tried one by one."""
    if alone:
        _settle(items, _results(items, connection))
        return
    say = connection.connection.cursor().execute  # what begin_nested() does, at a twentieth of its price
    say("SAVEPOINT item")
    results: Sequence[Any] | None
    try:
        results = _results(items, connection)
    except Exception as problem:
        if _cannot_now(problem):
            raise  # the disk, not this work: nothing of the group can be kept
        say("ROLLBACK TO item")
        results = [problem] if len(items) == 1 else None
    say("RELEASE item")
    if results is not None:
        _settle(items, results)
        return
    for item in items:
        _do_together(connection, [item], alone=False)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn the driver's "cannot now" into StoreBusy; leave mistakes of ours as they are."""
    try:
        yield
    except (DBAPIError, NoConnectionLeft) as problem:
        if _cannot_now(problem):
            raise StoreBusy("The database cannot be used at the moment.") from problem
        raise


def _cannot_now(problem: Exception) -> bool:
    """Whether the same statement may work later: locked, full, away. A wrong statement or text may not."""
    if isinstance(problem, DBAPIError) and problem.connection_invalidated:
        return True
    cause = getattr(problem, "orig", None)
    is_told = isinstance(cause, sqlite3.Error)  # of a text that is no UTF-8 its module says so without a code
    is_lasting = is_told and getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR
    return isinstance(problem, OperationalError | NoConnectionLeft) and not is_lasting
