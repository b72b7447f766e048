"""Counts per key and window in the memory of one process: fixed windows, bounded, and no thread of its own."""

import threading
import time
from collections.abc import Callable

MAX_KEYS = 100_000


class LocalWindows:
    """What `limits` asks of a storage for fixed windows. Its own one starts a thread for every other count.

    clock: seconds since 1970. max_keys: of each length of window; beyond it the oldest window is forgotten.
    """

    def __init__(self, clock: Callable[[], float] = time.time, max_keys: int = MAX_KEYS) -> None:
        self._clock = clock
        self._max_keys = max_keys
        self._turn = threading.Lock()
        self._kept: dict[float, dict[str, tuple[int, float]]] = {}

    def incr(self, key: str, expiry: float) -> int:
        """Count one more in the window of `expiry` seconds that the first count began; how many there are now."""
        with self._turn:
            now, kept = self._clock(), self._kept.setdefault(expiry, {})
            self._forget(kept, now)
            count, ends_at = kept.get(key, (0, now + expiry))
            kept[key] = (count + 1, ends_at)
            return count + 1

    def get_expiry(self, key: str) -> float:
        """When the window of this key ends, in seconds since 1970; now when there is none."""
        with self._turn:
            for kept in self._kept.values():
                if key in kept:
                    return kept[key][1]
        return self._clock()

    def _forget(self, kept: dict[str, tuple[int, float]], now: float) -> None:
        """Drop what has ended. Windows of one length end in the order in which they began."""
        while kept:
            oldest = next(iter(kept))
            if kept[oldest][1] > now and len(kept) <= self._max_keys:
                return
            del kept[oldest]
