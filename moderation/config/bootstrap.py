"""Before an installation is opened: its database has this version's schema, and the secret that it began with."""

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
    """Bring the database up to date; a new one begins with the secret that is set, or else with one made now.

    Returns the revision that was found before. Raises DatabaseUnusable, and BadSetting for another secret.
    """
    before = migrate(settings.database_url)
    _check(settings, begun_with(settings.database_url) or _begun_now(settings))
    return before


@contextmanager
def opened_store(settings: Settings) -> Iterator[Store]:
    """The store of an installation that was prepared, for a while."""
    store = Store(settings.database_url, Sealer(settings.secret))
    try:
        yield store
    finally:
        store.close()


def check_secret(settings: Settings) -> bool:
    """Whether the database has begun with a secret: ours then. Raises BadSetting for another, which opens nothing."""
    begun = begun_with(settings.database_url)
    if begun:
        _check(settings, begun)
    return bool(begun)


def _begun_now(settings: Settings) -> bytes:
    """Begin with our secret; the fingerprint is that of another process if it was first."""
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
