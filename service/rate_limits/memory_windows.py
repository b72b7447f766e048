"""Counts per key and fixed window in the memory of one process: bounded, and without a thread."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

MAX_KEYS = 100_000


class Hit(NamedTuple):
    """One hit in a window of `window_s` seconds that opens with the key's first hit and may hold `most`.

    excess: what is wrong beyond that, in words. amount: how much this hit adds.
    """

    key: str
    window_s: int
    most: int
    excess: str = ""
    amount: int = 1


class LocalWindows:
    """The windows of one process.

    clock: monotonic seconds, because a clock that is set back would keep windows open for as long.
    max_keys: for each length of window; beyond it the oldest window is dropped.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, max_keys: int = MAX_KEYS) -> None:
        self._clock = clock
        self._max_keys = max_keys
        self._turn = threading.Lock()
        self._kept: dict[float, dict[str, tuple[int, float]]] = {}

    def count(self, hits: Sequence[Hit]) -> list[int]:
        """Count the hits in order and return the new counts; stop after the first that exceeds its limit."""
        counts: list[int] = []
        with self._turn:
            now = self._clock()
            for hit in hits:
                counts.append(self._add(hit, now))
                if counts[-1] > hit.most:
                    break
        return counts

    def _add(self, hit: Hit, now: float) -> int:
        kept = self._kept.setdefault(hit.window_s, {})
        self._forget(kept, now)
        count, ends_at = kept.get(hit.key, (0, now + hit.window_s))
        kept[hit.key] = (count + hit.amount, ends_at)
        return count + hit.amount

    def seconds_left(self, key: str) -> float:
        """How many seconds the window of this key stays open; 0 when there is none."""
        with self._turn:
            for kept in self._kept.values():
                if key in kept:
                    return kept[key][1] - self._clock()
        return 0.0

    def _forget(self, kept: dict[str, tuple[int, float]], now: float) -> None:
        """Drop closed windows. Windows of one length close in the order in which they opened."""
        while kept:
            oldest = next(iter(kept))
            if kept[oldest][1] > now and len(kept) <= self._max_keys:
                return
            del kept[oldest]
