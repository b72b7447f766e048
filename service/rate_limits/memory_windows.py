"""Counts per key and window in the memory of one process: fixed windows, bounded, and no thread of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

MAX_KEYS = 100_000


class Hit(NamedTuple):
    """One more in the window of `window_s` seconds that began with this key's first, and may hold `most`.

    told: what more than that are, in words.
    """

    key: str
    window_s: int
    most: int
    told: str = ""


class LocalWindows:
    """The windows of one process.

    clock: seconds that only go forward: one that could be set back would keep windows open for as long.
    max_keys: of each length of window; beyond it the oldest window is forgotten.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, max_keys: int = MAX_KEYS) -> None:
        self._clock = clock
        self._max_keys = max_keys
        self._turn = threading.Lock()
        self._kept: dict[float, dict[str, tuple[int, float]]] = {}

    def count(self, hits: Sequence[Hit]) -> list[int]:
        """Count one more in each window, in order, up to the first that then holds too many; how many each holds."""
        counts: list[int] = []
        with self._turn:
            now = self._clock()
            for hit in hits:
                counts.append(self._one_more(hit, now))
                if counts[-1] > hit.most:
                    break
        return counts

    def _one_more(self, hit: Hit, now: float) -> int:
        kept = self._kept.setdefault(hit.window_s, {})
        self._forget(kept, now)
        count, ends_at = kept.get(hit.key, (0, now + hit.window_s))
        kept[hit.key] = (count + 1, ends_at)
        return count + 1

    def seconds_left(self, key: str) -> float:
        """How long the window of this key stays open; 0 when there is none."""
        with self._turn:
            for kept in self._kept.values():
                if key in kept:
                    return kept[key][1] - self._clock()
        return 0.0

    def _forget(self, kept: dict[str, tuple[int, float]], now: float) -> None:
        """Drop what has ended. Windows of one length end in the order in which they began."""
        while kept:
            oldest = next(iter(kept))
            if kept[oldest][1] > now and len(kept) <= self._max_keys:
                return
            del kept[oldest]
