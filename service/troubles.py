"""That the database refused: told in the log with the cause, and for a while by `/ready`."""

import logging
import threading
from datetime import datetime, timedelta

from moderation.errors import StoreBusy

MEMORY = timedelta(seconds=30)
PAUSE = timedelta(seconds=10)
"""Between two lines of the log: it may well lie on the disk that is full."""

log = logging.getLogger("rejoinder.database")


class Troubles:
    """What the database last refused to this process. Share it between threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._last: tuple[datetime, str] | None = None
        self._told_at: datetime | None = None

    def note(self, problem: StoreBusy, *, at: datetime) -> None:
        """Remember it, and tell the log now and then."""
        cause = cause_of(problem)
        with self._turn:
            is_told = _is_within(PAUSE, self._told_at, at)
            self._last = at, cause
            self._told_at = self._told_at if is_told else at
        if not is_told:
            log.error("database refused cause=%s; `rejoinder doctor` says more", cause)

    def lately(self, *, at: datetime) -> str:
        """The cause of the last refusal, "" when that is a while ago."""
        with self._turn:
            return self._last[1] if self._last and _is_within(MEMORY, self._last[0], at) else ""


def cause_of(problem: StoreBusy) -> str:
    """The driver's own name for it, like SQLITE_FULL or DiskFull. Its words may quote a row."""
    cause = problem.__cause__ or problem
    origin = getattr(cause, "orig", None) or cause
    return getattr(origin, "sqlite_errorname", "") or type(origin).__name__


def _is_within(time: timedelta, since: datetime | None, at: datetime) -> bool:
    """Also false when a clock was set back behind it."""
    return since is not None and timedelta() <= at - since < time
