"""Migrates a database to the schema of this version with Alembic, without a configuration file."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from moderation.errors import ModerationError, StoreBusy
from moderation.store.database.engines import Database, Postgres, open_database

_POSTGRES_LOCK = 0x52656A6F  # any number that is not used otherwise: "Rejo"


class DatabaseUnusable(ModerationError):
    """Raised when a database cannot be opened or migrated. The message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Revision:
    """The revision of a database ("" for none), and the one that this version needs."""

    found: str
    needed: str

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to migrate."""
        return self.found == self.needed


def migrate(url: str, *, to: str = "head") -> Revision:
    """Migrate the database, all or nothing. Returns the revision found before. Raises DatabaseUnusable.

    Several processes may start at once: they wait for each other, and the later ones find nothing to do. to: an
    earlier revision, for tests of what a migration does to processes that run beside it.
    """
    with opened_database(url) as database, _alone(database), database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _POSTGRES_LOCK})
        revision = _revision_of(connection)
        if not revision.is_current:
            refuse_newer(revision.found, f"database {shown(url)}")
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, to)
        return revision


def check(url: str) -> Revision:
    """The database's revision and the one needed; changes nothing. Raises DatabaseUnusable, also for a newer one."""
    with opened_database(url) as database, database.read() as connection:
        revision = _revision_of(connection)
    refuse_newer(revision.found, f"database {shown(url)}")
    return revision


def needed_revision() -> str:
    """The revision of this version's schema."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def shown(url: str) -> str:
    """A database URL without its password, for people and logs."""
    return make_url(url).render_as_string(hide_password=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


_FOLDER = Path(__file__).parents[1] / "migrations"


def _revision_of(connection: Connection) -> Revision:
    found = MigrationContext.configure(connection).get_current_revision()
    return Revision(found or "", needed_revision())


def refuse_newer(found: str, name: str) -> None:
    """Check that this version knows the revision; "" is a new database. Raises DatabaseUnusable."""
    known = {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found and found not in known:
        raise DatabaseUnusable(
            f"The {name} was made by a newer Rejoinder (revision {found}): "
            "start that version, or restore the backup from before its first start."
        )


@contextmanager
def opened_database(url: str) -> Iterator[Database]:
    """The open database. Raises DatabaseUnusable with a remedy for every database error."""
    if make_url(url).get_backend_name() == "sqlite":
        _refuse_missing_folder(url)
    database = open_database(url)
    try:
        yield database
    except (DBAPIError, StoreBusy) as problem:
        message = _message_of(problem)
        raise DatabaseUnusable(
            f"The database {shown(url)} cannot be used: {message}. {_remedy(message)}"
        ) from problem
    finally:
        database.close()


def _message_of(problem: BaseException) -> str:
    """The driver's message on one line, without the statement."""
    cause = problem.__cause__ if isinstance(problem, StoreBusy) and problem.__cause__ else problem
    words = cause.orig if isinstance(cause, DBAPIError) else cause
    return (str(words).strip().splitlines() or ["no reason given"])[0].rstrip(".")


def _remedy(message: str) -> str:
    for sign, remedy in _REMEDIES.items():
        if sign in message:
            return remedy
    return "Check REJOINDER_DATABASE_URL, and that the database runs and this user may use it."


_REMEDIES = {
    "not a database": "The file is damaged or something else: restore a backup, or move it away to start anew.",
    "malformed": "The file is damaged: restore a backup, or move it away to start anew.",
    "readonly": "Let this user write the file and its folder.",
    "unable to open": "Let this user write the file and its folder.",
    "locked": "Another program holds the file: end it, then start again.",
    "full": "Make room on the disk.",
    "disk I/O error": "Look at the disk: it may be full or failing. `rejoinder doctor` says how much room there is.",
}


def _refuse_missing_folder(url: str) -> None:
    folder = Path(make_url(url).database or "").parent
    if not folder.is_dir():
        raise DatabaseUnusable(f"The database {shown(url)} cannot be made: there is no folder {str(folder)!r}.")


@contextmanager
def lock_start(database: Path) -> Iterator[None]:
    """Lock the file beside a SQLite database that every process locks while it starts."""
    with database.with_name(f"{database.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Migrate a SQLite database alone, because switching to WAL mode does not wait for other processes."""
    if isinstance(database, Postgres):
        yield
        return
    with lock_start(Path(str(database.engine.url.database))):
        yield
