"""Opens the installation for commands that read or change it: settings, database and clock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from moderation.config.bootstrap import opened_store, prepare
from moderation.config.erasure_list import add_to_list, list_path
from moderation.config.home import START_FIRST
from moderation.config.settings import Settings
from moderation.errors import BadSetting
from moderation.process import logs
from moderation.store import Store

CONSOLE = "console"
"""The actor of every command in the audit trail."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An open installation. at: when the command started, UTC."""

    settings: Settings
    store: Store
    at: datetime


@contextmanager
def open_installation() -> Iterator[Installation]:
    """Open the installation that the environment names and migrate its database.

    Raises BadSetting, DatabaseUnusable.
    """
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level)
    check_database_exists(settings)
    prepare(settings)
    with opened_store(settings) as store:
        yield Installation(settings, store, datetime.now(UTC))


def check_database_exists(settings: Settings) -> None:
    """Only `up`, `serve` and `work` create a database: a command run in the wrong folder must not."""
    if settings.is_sqlite and not settings.database_path.exists():
        raise BadSetting(f"There is no database at {settings.database_path} yet. {START_FIRST}")


def remember_erasures(installation: Installation) -> None:
    """Copy the list of what was erased from the database to the home, where a restored backup does not replace it."""
    with installation.store.read() as uow:
        erased = uow.erasures.all()
    add_to_list(list_path(installation.settings.home), erased)
