"""That the database refuses: told in the log with the cause, and by `/ready` when it did twice within a while."""

import logging
import threading
from collections import deque
from datetime import datetime, timedelta

from moderation.errors import StoreBusy

MEMORY = timedelta(seconds=30)
PAUSE = timedelta(seconds=10)
"""Between two lines of the log: it may well lie on the disk that is full."""

log = logging.getLogger("rejoinder.database")


class DatabaseHealth:
    """What the database last refused to this process. Share it between threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._refused: deque[datetime] = deque(maxlen=2)
        self._cause = ""
        self._told_at: datetime | None = None

    def note(self, problem: StoreBusy, *, at: datetime) -> None:
        """Remember it, and tell the log now and then."""
        cause = cause_of(problem)
        with self._turn:
            is_told = _is_within(PAUSE, self._told_at, at)
            self._refused.append(at)
            self._cause = cause
            self._told_at = self._told_at if is_told else at
        if not is_told:
            log.error("database refused cause=%s; `rejoinder doctor` says more", cause)

    def lately(self, *, at: datetime) -> str:
        """The cause of the last two refusals, "" when that is a while ago. One alone can be a passing hindrance."""
        with self._turn:
            is_lasting = len(self._refused) > 1 and all(_is_within(MEMORY, each, at) for each in self._refused)
            return self._cause if is_lasting else ""


def cause_of(problem: StoreBusy) -> str:
    """The driver's own name for it, like SQLITE_FULL or DiskFull. Its words may quote a row."""
    cause = problem.__cause__ or problem
    origin = getattr(cause, "orig", None) or cause
    return getattr(origin, "sqlite_errorname", "") or type(origin).__name__


def _is_within(time: timedelta, since: datetime | None, at: datetime) -> bool:
    """Also false when a clock was set back behind it."""
    return since is not None and timedelta() <= at - since < time
