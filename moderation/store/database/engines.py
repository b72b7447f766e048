"""How each database reads and writes: transactions, locks and errors."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from moderation.errors import ModerationError, StoreBusy
from moderation.store.database.connections import BUSY_S, postgres_engine, sqlite_readers, sqlite_writer
from moderation.store.database.group_commit import WAIT_S, GroupCommit, SharedWork
from moderation.store.database.writer_lock import WriterLock

Work = Callable[[Connection], Any]

_PUNCTUAL_S = 0.5
"""Setting a shorter time-out costs a round trip, so it is done only for those who have waited this long."""


class Sqlite:
    """SQLite in WAL mode with `synchronous=FULL`: what was committed survives the loss of power.

    One connection writes, under a lock. Several writing processes are safe, only slower in the tail.
    """

    is_apart = False

    def __init__(self, url: str) -> None:
        self.engine = sqlite_writer(url)
        self._readers = sqlite_readers(url)
        self._lock = WriterLock(Path(f"{self.engine.url.database}.turn"))
        self._group = GroupCommit(self._transaction)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot, on a connection that cannot write."""
        with _busy_errors(), self._readers.connect() as connection:
            yield connection

    def write(self, work: Work) -> Any:
        """Run the work in one transaction and commit."""
        with self._transaction(time.monotonic() + WAIT_S) as connection:
            return work(connection)

    def write_together(self, work: SharedWork, part: Any) -> Any:
        """Run the work for all the parts that wait for it in this process, with one commit for all."""
        return self._group.write(work, part)

    def close(self) -> None:
        """Close every connection."""
        self._readers.dispose()
        self.engine.dispose()
        self._lock.close()

    @contextmanager
    def _transaction(self, until: float) -> Iterator[Connection]:
        with self._lock.held(until), _busy_errors(), self.engine.begin() as connection:
            yield connection


class Postgres:
    """PostgreSQL: row locks, a transaction for each write or for a group of parts."""

    is_apart = True

    def __init__(self, url: str) -> None:
        self.engine = postgres_engine(url)
        self._readers = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._group = GroupCommit(self._transaction)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot, in a transaction that cannot write.

        It is committed, because psycopg deallocates its prepared statements after a rollback.
        """
        refusal = None
        with _busy_errors(), self._readers.begin() as connection:
            try:
                yield connection
            except ModerationError as error:  # such as NotFound, which is no reason to roll back
                refusal = error
        if refusal is not None:
            raise refusal

    def write(self, work: Work) -> Any:
        """Run the work in one transaction and commit."""
        with self._transaction() as connection:
            return work(connection)

    def write_together(self, work: SharedWork, part: Any) -> Any:
        """Run the work for all the parts that wait for it in this process, with one commit for all."""
        return self._group.write(work, part)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, until: float | None = None) -> Iterator[Connection]:
        """The server's lock_timeout bounds each wait to BUSY_S; who has waited already has less time left."""
        left_s = BUSY_S if until is None else until - time.monotonic()
        with _busy_errors(), self.engine.begin() as connection:
            if left_s < BUSY_S - _PUNCTUAL_S:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(left_s * 1000))}")
            yield connection


Database = Sqlite | Postgres
"""Both offer a consistent read, and writes that are on disk when they return.

is_apart: whether another process does the writing, so that this one is free meanwhile.
"""


def open_database(url: str) -> Database:
    """Open the database that the URL names: `sqlite:////path/file` or `postgresql://user@host/name`."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Sqlite(url)
    return Postgres(parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))


@contextmanager
def _busy_errors() -> Iterator[None]:
    """Turn the driver's errors that may pass into StoreBusy; leave programming errors as they are."""
    try:
        yield
    except (DBAPIError, NoConnectionLeft) as problem:
        if _may_pass(problem):
            raise StoreBusy("The database cannot be used at the moment.") from problem
        raise


def _may_pass(problem: Exception) -> bool:
    """Whether the same statement may work later: the database is locked, full or away, not the statement wrong."""
    if isinstance(problem, DBAPIError) and problem.connection_invalidated:
        return True
    cause = getattr(problem, "orig", None)
    is_sqlite = isinstance(cause, sqlite3.Error)  # one for text that is not UTF-8 has no error code
    is_lasting = is_sqlite and getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR
    return isinstance(problem, OperationalError | NoConnectionLeft) and not is_lasting
