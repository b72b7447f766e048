"""Backups of SQLite: a copy by `VACUUM INTO`, which any SQLite can open."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from moderation.process.failpoints import reach
from moderation.store.backup.files import BackupFailed, Contents, draft_of
from moderation.store.database.migrate import lock_start

MAGIC = b"SQLite format 3\0"
WAIT_S = 1.0
"""How long a restore waits for short commands that have the database open."""


def write(database: Path, draft: Path) -> None:
    """Copy one snapshot of the database into the empty draft. Writers are not held up, and deleted text is left out.

    Raises BackupFailed.
    """
    try:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(draft),))
    except sqlite3.Error as error:
        raise BackupFailed(f"The database {str(database)!r} cannot be copied: {error}.") from error


def read_contents(path: Path) -> Contents:
    """Check every page and index of a backup, and read what it says of itself. Raises BackupFailed."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as connection:
            [(verdict,)] = connection.execute("PRAGMA integrity_check(1)")
            if verdict != "ok":
                raise BackupFailed(f"The backup {str(path)!r} is damaged: {verdict.splitlines()[-1]}.")
            [(revision,)] = connection.execute("SELECT version_num FROM alembic_version")
            [(fingerprint,)] = connection.execute("SELECT fingerprint FROM installation")
    except (sqlite3.Error, ValueError) as error:
        raise BackupFailed(f"{str(path)!r} is damaged, or not a backup of Rejoinder: {error}.") from error
    return Contents(revision, fingerprint)


def is_empty(database: Path) -> bool:
    """Whether there is no database yet."""
    return not database.exists() or database.stat().st_size == 0


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Keep other processes from starting on the database. Raises BackupFailed while one has it open."""
    with lock_start(database):
        if not is_empty(database):
            _close_log(database)
        yield


def restore(path: Path, database: Path) -> None:
    """Put a sound backup in the place of the database, by one rename. Call it while `alone`. Raises BackupFailed."""
    with draft_of(database) as draft:
        shutil.copyfile(path, draft)
        reach("restore.before_commit")
    reach("restore.after_commit")


def _close_log(database: Path) -> None:
    """Move the write-ahead log into the database and delete it; SQLite would apply it to the restored file.

    Leaving WAL mode needs the file for oneself, so it fails while any process has it open.
    """
    try:
        with closing(sqlite3.connect(database, isolation_level=None, timeout=WAIT_S)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise BackupFailed(
            f"The database {str(database)!r} is in use: {error}. Stop every `rejoinder up`, `serve` and `work` first."
        ) from error
    except sqlite3.DatabaseError:  # the file is damaged, which is why it is replaced
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
