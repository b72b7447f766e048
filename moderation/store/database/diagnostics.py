"""Database checks of `rejoinder doctor`: whether it can be written, how safely it writes, and its clock."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from moderation.store.database.engines import Sqlite
from moderation.store.database.migrate import opened_database


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """product: "SQLite 3.45" or "PostgreSQL 18.4". durability: its durability settings by name.

    unsafe: the durability settings under which an acknowledged comment may be lost, as "name=value".
    time_s: its clock in seconds since 1970; on SQLite, the clock of this machine.
    """

    product: str
    durability: dict[str, str]
    unsafe: tuple[str, ...]
    time_s: float


def diagnose(url: str) -> Diagnosis:
    """Check a database with a write that is rolled back. Raises DatabaseUnusable, also when it cannot be written."""
    with opened_database(url) as database, database.engine.connect() as connection:
        try:
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            return _sqlite(connection) if isinstance(database, Sqlite) else _postgres(connection)
        finally:
            connection.rollback()


def _sqlite(connection: Connection) -> Diagnosis:
    journal = str(connection.scalar(text("PRAGMA journal_mode")))
    synchronous = ("OFF", "NORMAL", "FULL", "EXTRA")[int(connection.scalar(text("PRAGMA synchronous")) or 0)]
    unsafe = [f"journal_mode={journal}"] if journal != "wal" else []
    unsafe += [f"synchronous={synchronous}"] if synchronous in {"OFF", "NORMAL"} else []
    product = f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"
    time_s = float(connection.scalar(text("SELECT (julianday('now') - 2440587.5) * 86400.0")) or 0)
    return Diagnosis(product, {"journal_mode": journal, "synchronous": synchronous}, tuple(unsafe), time_s)


def _postgres(connection: Connection) -> Diagnosis:
    names = ("fsync", "synchronous_commit", "full_page_writes")
    durability = {name: str(connection.scalar(text(f"SHOW {name}"))) for name in names}
    unsafe = tuple(f"{name}={value}" for name, value in durability.items() if value == "off")
    product = f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"
    time_s = float(connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0)
    return Diagnosis(product, durability, unsafe, time_s)
