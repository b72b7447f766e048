"""Prepares an installation: migrates its database and checks that the secret belongs to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from moderation.config.home import make_secret, secret_path
from moderation.config.settings import Settings
from moderation.errors import BadSetting
from moderation.store import Store
from moderation.store.database.migrate import Revision, migrate
from moderation.store.sealing import Sealer
from moderation.store.secret_fingerprint import begin_with, begun_with


def prepare(settings: Settings) -> Revision:
    """Migrate the database and check the secret. A new database gets the secret that is set, or a generated one.

    Returns the revision before the migration. Raises DatabaseUnusable, and BadSetting for the wrong secret.
    """
    before = migrate(settings.database_url)
    _check(settings, begun_with(settings.database_url) or _begun_now(settings))
    return before


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The store of a prepared installation; closed at the end."""
    store = Store(settings.database_url, Sealer(settings.secret))
    try:
        yield store
    finally:
        store.close()


def check_secret(settings: Settings) -> bool:
    """Whether the database has a secret, which is then this one. Raises BadSetting for another."""
    begun = begun_with(settings.database_url)
    if begun:
        _check(settings, begun)
    return bool(begun)


def _begun_now(settings: Settings) -> bytes:
    """Store the fingerprint in a new database; returns the stored one, which another process may have set."""
    if settings.given_secret is None:
        make_secret(settings.home)
    return begin_with(settings.database_url, Sealer(settings.secret).fingerprint)


def _check(settings: Settings, begun: bytes) -> None:
    path = secret_path(settings.home)
    if settings.given_secret is None and not path.exists():
        raise BadSetting(
            f"The secret is missing: REJOINDER_SECRET is not set, and there is no file {str(path)!r}. {_REMEDY}"
        )
    if Sealer(settings.secret).fingerprint != begun:
        source = "in REJOINDER_SECRET" if settings.given_secret else f"in the file {str(path)!r}"
        raise BadSetting(f"The secret {source} is not the one that this database began with. {_REMEDY}")


_REMEDY = (
    "Without it, e-mail addresses and webhook secrets cannot be opened: put it back from your backup, in the file or "
    "the variable. docs/operate.md says what to do when it is lost."
)
