"""Notices a program that hangs: one that no longer responds, or no longer beats."""

from collections.abc import Callable
from dataclasses import dataclass

START_S = 60.0
"""How long a program may take until it responds or beats for the first time."""

PROBE_S = 5.0
MAX_MISSES = 3
"""How often a program is asked whether it responds, and how many times in a row it may not."""

MAX_SILENCE_S = 20.0
"""How long a program that beats may be silent. An idle worker and its running job beat every one or two seconds."""


@dataclass(slots=True)
class Watch:
    """The signs of life of one process. Times are those of `time.monotonic`.

    responds: asked every PROBE_S; None for a process that is not asked. beats: whether it has to beat.
    """

    started_at: float
    responds: Callable[[], bool] | None = None
    beats: bool = False
    last_sign_at: float | None = None
    asked_at: float = 0.0
    misses: int = 0

    def note_ready(self, now: float) -> None:
        """It has become ready. One that is asked has answered for the first time."""
        if self.responds is not None:
            self.last_sign_at = self.asked_at = now

    def note_beat(self, now: float) -> None:
        """It has beaten."""
        self.last_sign_at = now

    def problem(self, now: float) -> str:
        """Ask if it is time to; why the process counts as hung, "" while it does not."""
        if self.responds is not None and now - self.asked_at >= PROBE_S:
            self.asked_at = now
            self._count(self.responds(), now)
        if self.last_sign_at is None:
            is_watched = self.beats or self.responds is not None
            return "has not started in time" if is_watched and now - self.started_at > START_S else ""
        if self.misses >= MAX_MISSES:
            return f"has not responded {self.misses} times in a row"
        if self.beats and now - self.last_sign_at > MAX_SILENCE_S:
            return f"has not responded for {now - self.last_sign_at:.0f} s"
        return ""

    def _count(self, has_responded: bool, now: float) -> None:
        if has_responded:
            self.last_sign_at, self.misses = now, 0
        elif self.last_sign_at is not None:
            self.misses += 1
