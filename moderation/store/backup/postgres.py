"""Backups of PostgreSQL: by pg_dump in its custom format, put back by pg_restore and psql in one transaction."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, make_url

from moderation.process.failpoints import reach
from moderation.store.backup.files import BackupFailed, Contents
from moderation.store.database.migrate import opened_database
from moderation.store.tables import metadata

MAGIC = b"PGDMP"
TABLES = (*metadata.tables, "alembic_version")

_PLAIN = ("--no-owner", "--no-privileges")
_BEGIN = f"BEGIN;\nSET LOCAL lock_timeout = '5s';\nDROP TABLE IF EXISTS {', '.join(TABLES)} CASCADE;\n"


def write(url: str, draft: Path) -> None:
    """Dump one snapshot of Rejoinder's tables into the draft. Writers are not held up. Raises BackupFailed."""
    tables = [f"--table={name}" for name in TABLES]
    _run("pg_dump", "--format=custom", *_PLAIN, *tables, f"--file={draft}", f"--dbname={_public(url)}", url=url)


def read_contents(path: Path) -> Contents:
    """Read a backup to its end, and what it says of itself. Raises BackupFailed."""
    _run("pg_restore", "--file=/dev/null", str(path))
    rows = _run("pg_restore", "--data-only", "--table=alembic_version", "--table=installation", "--file=-", str(path))
    revision = re.search(r"^COPY \S*alembic_version .*\n([^\\\n]+)$", rows, re.MULTILINE)
    fingerprint = re.search(r"^COPY \S*installation .*\n\d+\t\\\\x([0-9a-f]+)$", rows, re.MULTILINE)
    if not (revision and fingerprint):
        raise BackupFailed(f"{str(path)!r} is not a backup of Rejoinder.")
    return Contents(revision[1], bytes.fromhex(fingerprint[1]))


def is_empty(url: str) -> bool:
    """Whether the database has none of Rejoinder's tables. Raises DatabaseUnusable."""
    with opened_database(url) as database, database.read() as connection:
        return not set(inspect(connection).get_table_names()) & set(TABLES)


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Check that nobody else is connected to the database. Raises BackupFailed, DatabaseUnusable."""
    with opened_database(url) as database, database.read() as connection:
        others = connection.scalar(text(_OTHERS)) or 0
    if others:
        raise BackupFailed(
            f"The database is in use by {others} connections. Stop every `rejoinder up`, `serve` and `work` first."
        )
    yield


def restore(path: Path, url: str) -> None:
    """Replace Rejoinder's tables with those of a sound backup. Raises BackupFailed.

    psql commits only when it gets COMMIT, after pg_restore has written everything. When one of the three processes
    dies before that, the server rolls back.
    """
    command = [_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={_public(url)}"]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603  (a program that was looked up)
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=_environment(url)
        ) as psql,
    ):
        assert psql.stdin is not None
        with suppress(BrokenPipeError), psql.stdin as script:
            script.write(_BEGIN.encode())
            _write_script(path, script)
            script.flush()
            reach("restore.before_commit")
            script.write(b"\nCOMMIT;\n")
        if psql.wait() != 0:
            raise BackupFailed(f"The backup was not restored, and nothing was changed. {_first_error(errors)}")
    reach("restore.after_commit")


def _write_script(path: Path, script: IO[bytes]) -> None:
    """Write the backup as SQL. Raises BackupFailed before the end of the transaction."""
    command = [_program("pg_restore"), *_PLAIN, "--file=-", str(path)]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as reading,  # noqa: S603
    ):
        assert reading.stdout is not None
        shutil.copyfileobj(reading.stdout, script)
        if reading.wait() != 0:
            raise BackupFailed(f"The backup was not restored, and nothing was changed. {_first_error(errors)}")


def _run(name: str, *arguments: str, url: str = "") -> str:
    """The output of one of PostgreSQL's client programs. Raises BackupFailed with its first error."""
    command: Sequence[str] = [_program(name), *arguments]
    with tempfile.TemporaryFile() as errors:
        ended = subprocess.run(  # noqa: S603  (a program that was looked up)
            command, stdout=subprocess.PIPE, stderr=errors, env=_environment(url), check=False
        )
        if ended.returncode != 0:
            raise BackupFailed(f"{name} failed. {_first_error(errors)}")
    return ended.stdout.decode("utf-8", "replace")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(
            f"{name} is not installed here: install PostgreSQL's client programs (such as the package "
            "postgresql-client), of the server's version or newer."
        )
    return found


def _first_error(errors: IO[bytes]) -> str:
    """The first line that a program wrote about its failure. It quotes no row: those follow in lines of their own."""
    errors.seek(0)
    lines = errors.read(65_536).decode("utf-8", "replace").splitlines()
    said = next((line for line in lines if "error" in line.lower()), *lines[:1] or ["It said nothing."])
    hint = " Install the client programs of the server's version." if "version mismatch" in said else ""
    return said.rstrip(".") + "." + hint


def _public(url: str) -> str:
    """The URL for libpq without its password, because every user can read the arguments of a process."""
    parts = make_url(url)
    place = (parts.host, parts.port, parts.database, parts.query)
    return URL.create("postgresql", parts.username, None, *place).render_as_string()


def _environment(url: str) -> dict[str, str]:
    password = make_url(url).password if url else None
    return dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})


_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
