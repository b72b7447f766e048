"""What the commands that change something stand on: the settings, the open store, the clock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from moderation.config.bootstrap import opened_store, prepare
from moderation.config.home import START_FIRST
from moderation.config.settings import Settings
from moderation.errors import BadSetting
from moderation.process import logs
from moderation.store import Store

BY = "console"
"""Who did it, in the audit trail: whoever may run this command on the machine."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation, opened by a command. at: when the command began."""

    settings: Settings
    store: Store
    at: datetime


@contextmanager
def installation() -> Iterator[Installation]:
    """Open the installation that the environment names, brought up to date. Raises BadSetting, DatabaseUnusable."""
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level)
    _refuse_missing(settings)
    prepare(settings)
    with opened_store(settings) as store:
        yield Installation(settings, store, datetime.now(UTC))


def _refuse_missing(settings: Settings) -> None:
    """In a wrong folder a command would otherwise make a second, empty installation."""
    if settings.is_sqlite and not settings.database_path.exists():
        raise BadSetting(f"There is no database at {settings.database_path} yet. {START_FIRST}")
