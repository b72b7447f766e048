"""Tracks database failures: logs them with their cause, and reports repeated ones at `/ready`."""

import logging
import shutil
import threading
from collections import deque
from datetime import datetime, timedelta

from moderation.config.settings import Settings
from moderation.errors import StoreBusy

MEMORY = timedelta(seconds=30)
PAUSE = timedelta(seconds=10)
"""Between two log lines: the log may be on the disk that is full."""

MIN_FREE_BYTES = 1_000_000
"""Less room than this may not be enough for a single comment with its score."""

log = logging.getLogger("rejoinder.database")


class DatabaseHealth:
    """The latest database failures of this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: deque[datetime] = deque(maxlen=2)
        self._cause = ""
        self._logged_at: datetime | None = None

    def note(self, problem: StoreBusy, *, at: datetime) -> None:
        """Remember a failure, and log it if the last log line is not too recent."""
        cause = cause_of(problem)
        with self._lock:
            is_logged = _is_within(PAUSE, self._logged_at, at)
            self._failures.append(at)
            self._cause = cause
            self._logged_at = self._logged_at if is_logged else at
        if not is_logged:
            log.error("database failed cause=%s; `rejoinder doctor` says more", cause)

    def lately(self, *, at: datetime) -> str:
        """The cause of the last two failures, "" when they are not recent. A single one may be a passing problem."""
        with self._lock:
            is_lasting = len(self._failures) > 1 and all(_is_within(MEMORY, each, at) for each in self._failures)
            return self._cause if is_lasting else ""


def is_disk_full(settings: Settings) -> bool:
    """Whether the SQLite file's disk has no room left. False for PostgreSQL, and where there is no such folder."""
    if not settings.is_sqlite:
        return False
    try:
        return shutil.disk_usage(settings.database_path.parent).free < MIN_FREE_BYTES
    except OSError:
        return False


def cause_of(problem: StoreBusy) -> str:
    """The driver's name for the error, like SQLITE_FULL or DiskFull. Its message is not used: it may quote a row."""
    cause = problem.__cause__ or problem
    origin = getattr(cause, "orig", None) or cause
    return getattr(origin, "sqlite_errorname", "") or type(origin).__name__


def _is_within(time: timedelta, since: datetime | None, at: datetime) -> bool:
    """Whether `at` is less than `time` after `since`. False when the clock was set back before `since`."""
    return since is not None and timedelta() <= at - since < time
