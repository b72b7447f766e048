"""Backs up and restores an installation: its database in one file, its secret in another."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from moderation.config.bootstrap import check_secret
from moderation.config.erasure_list import add_to_list, list_path
from moderation.config.home import secret_path, write_secret
from moderation.config.settings import Settings
from moderation.errors import BadSetting
from moderation.process.failpoints import reach
from moderation.store.backup import postgres, sqlite
from moderation.store.backup.files import BackupFailed, Contents, draft_of
from moderation.store.database.migrate import needed_revision, refuse_newer
from moderation.store.erasures import erasures_in
from moderation.store.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written. secret: the file with its secret; None when the secret is in REJOINDER_SECRET."""

    path: Path
    secret: Path | None


def secret_beside(path: Path) -> Path:
    """Where the secret of a backup is written, and looked for."""
    return path.with_name(f"{path.name}.secret")


def back_up(settings: Settings, path: Path) -> Backup:
    """Write the database to a new file, and its secret to another, each of mode 0600. The service may run meanwhile.

    The secret comes first, so a backup that exists has its secret. Raises BackupFailed, BadSetting, DatabaseUnusable.
    """
    if path.exists():
        raise BackupFailed(f"{str(path)!r} exists already. Name a new file.")
    if not check_secret(settings):
        raise BackupFailed("This installation has never been started: there is nothing to back up.")
    secret = None if settings.given_secret else secret_beside(path)
    if secret:
        _write_once(secret, settings.secret)
    with draft_of(path) as draft:
        if settings.is_sqlite:
            sqlite.write(settings.database_path, draft)
        else:
            postgres.write(settings.database_url, draft)
        reach("backup.before_rename")
    return Backup(path, secret)


def restore(settings: Settings, path: Path, *, secret: Path | None, replace: bool) -> Contents:
    """Restore a backup. All checks come first; then everything is restored, or nothing.

    secret: the file of the secret; None for the one beside the backup, if it is there. replace: whether a database
    that is not empty may be replaced. Returns what was restored; an older schema is migrated by the next start, which
    also erases again what was erased since.
    Raises BackupFailed, BadSetting, DatabaseUnusable.
    """
    contents = _checked_contents(settings, path)
    missing = _checked_secret(settings, contents, secret, path)
    if not (replace or _is_empty(settings)):
        raise BackupFailed("This installation is not empty. To replace its database with the backup, add --replace.")
    if not _is_empty(settings):
        add_to_list(list_path(settings.home), erasures_in(settings.database_url))
    with _alone(settings):
        if missing:
            write_secret(settings.home, missing)
        if settings.is_sqlite:
            sqlite.restore(path, settings.database_path)
        else:
            postgres.restore(path, settings.database_url)
    return contents


def is_current(contents: Contents) -> bool:
    """Whether a backup needs no migration."""
    return contents.revision == needed_revision()


def _checked_contents(settings: Settings, path: Path) -> Contents:
    try:
        with path.open("rb") as file:
            magic = file.read(len(sqlite.MAGIC))
    except OSError as error:
        raise BackupFailed(f"The backup {str(path)!r} cannot be read: {error.strerror}.") from error
    kind = "SQLite" if magic == sqlite.MAGIC else "PostgreSQL" if magic.startswith(postgres.MAGIC) else ""
    if not kind:
        raise BackupFailed(f"{str(path)!r} is damaged, or not a backup of Rejoinder.")
    if (kind == "SQLite") is not settings.is_sqlite:
        wanted = "is not set" if kind == "SQLite" else "names a PostgreSQL database"
        raise BackupFailed(f"This is a backup of {kind}: restore it where REJOINDER_DATABASE_URL {wanted}.")
    contents = sqlite.read_contents(path) if settings.is_sqlite else postgres.read_contents(path)
    refuse_newer(contents.revision, f"backup {str(path)!r}")
    return contents


def _checked_secret(settings: Settings, contents: Contents, named: Path | None, path: Path) -> bytes:
    """The secret to write to the home; b"" when the installation has the right one. Raises BadSetting."""
    beside = secret_beside(path)
    if settings.given_secret or secret_path(settings.home).exists():
        source = "in REJOINDER_SECRET" if settings.given_secret else f"in {str(secret_path(settings.home))!r}"
        remedy = (
            "Set the variable to the secret of the backup."
            if settings.given_secret
            else f"Move that file away; then the restore takes the one in {str(named or beside)!r}."
        )
        _check_fingerprint(settings.secret, contents, source, remedy)
        return b""
    file = named or beside
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise BadSetting(
            f"The secret of the backup cannot be read from {str(file)!r}: {error.strerror}. Name its file with "
            "--secret, or set REJOINDER_SECRET."
        ) from error
    _check_fingerprint(secret, contents, f"in {str(file)!r}", "Name the right file with --secret.")
    return secret


def _check_fingerprint(secret: bytes, contents: Contents, source: str, remedy: str) -> None:
    found = Sealer(secret).fingerprint
    if found != contents.fingerprint:
        raise BadSetting(
            f"The secret {source} is not the one of the backup: its fingerprint is {found.hex()[:12]}, and the "
            f"backup needs {contents.fingerprint.hex()[:12]}. {remedy}"
        )


def _write_once(path: Path, secret: bytes) -> None:
    """Write the secret, unless the file has it already. Raises BackupFailed when the file has another one."""
    if path.exists():
        if path.read_bytes().strip() != secret:
            raise BackupFailed(f"{str(path)!r} holds another secret. Name another file for the backup.")
        return
    with draft_of(path) as draft:
        draft.write_bytes(secret)


def _is_empty(settings: Settings) -> bool:
    return sqlite.is_empty(settings.database_path) if settings.is_sqlite else postgres.is_empty(settings.database_url)


def _alone(settings: Settings) -> AbstractContextManager[None]:
    return sqlite.alone(settings.database_path) if settings.is_sqlite else postgres.alone(settings.database_url)
