"""Before an installation is opened: its database has this version's schema, and the secret that it began with."""

from moderation.errors import BadSetting
from moderation.keeping import make_secret, secret_path
from moderation.settings import Settings
from moderation.store.fingerprint import begin_with, begun_with
from moderation.store.migrate import Revision, migrate
from moderation.store.sealing import Sealer


def prepare(settings: Settings) -> Revision:
    """Bring the database up to date; a new one begins with the secret that is set, or else with one made now.

    Returns the revision that was found before. Raises DatabaseUnusable, and BadSetting for another secret.
    """
    before = migrate(settings.database_url)
    if begun_with(settings.database_url) is None:
        if settings.given_secret is None:
            make_secret(settings.home)
        begin_with(settings.database_url, Sealer(settings.secret).fingerprint)
    check_secret(settings)
    return before


def check_secret(settings: Settings) -> None:
    """Raises BadSetting when the secret is not the one that the database began with: it would open nothing in it."""
    begun = begun_with(settings.database_url)
    path = secret_path(settings.home)
    if settings.given_secret is None and begun and not path.exists():
        raise BadSetting(
            f"The secret is missing: REJOINDER_SECRET is not set, and there is no file {str(path)!r}. {_REMEDY}"
        )
    if begun and Sealer(settings.secret).fingerprint != begun:
        source = "in REJOINDER_SECRET" if settings.given_secret else f"in the file {str(path)!r}"
        raise BadSetting(f"The secret {source} is not the one that this database began with. {_REMEDY}")


_REMEDY = (
    "Without it, e-mail addresses and webhook secrets cannot be opened: put it back from your backup, in the file or "
    "the variable. docs/operate.md says what to do when it is lost."
)
