"""What the commands that change something stand on: the settings, the open store, the clock, the audit trail."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from moderation import logs
from moderation.audit import Fact
from moderation.errors import BadSetting
from moderation.settings import Settings
from moderation.store import Rows, Store
from moderation.store.migrate import migrate
from moderation.store.sealing import Sealer

BY = "console"
"""Who did it, in the audit trail: whoever may run this command on the machine."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation, opened by a command. at: when the command began."""

    settings: Settings
    store: Store
    at: datetime

    def note(self, rows: Rows, site_id: str, action: str, subject: str, **detail: Any) -> None:
        """Add what the command does to the audit trail, in the same transaction."""
        told: Mapping[str, Any] = detail
        rows.audit.append(site_id, [Fact(at=self.at, by_id=BY, action=action, subject=subject, detail=told)])


@contextmanager
def installation() -> Iterator[Installation]:
    """Open the installation that the environment names, brought up to date. Raises BadSetting, DatabaseUnusable."""
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level)
    _refuse_missing(settings)
    migrate(settings.database_url)
    store = Store(settings.database_url, Sealer(settings.secret))
    try:
        yield Installation(settings, store, datetime.now(UTC))
    finally:
        store.close()


def _refuse_missing(settings: Settings) -> None:
    """In a wrong folder a command would otherwise make a second, empty installation."""
    path = settings.database_url.removeprefix("sqlite:///")
    if settings.is_sqlite and not Path(path).exists():
        raise BadSetting(
            f"There is no database at {path} yet. Run `rejoinder up` (or `serve`) first, "
            "or set REJOINDER_HOME to the home of your installation."
        )
