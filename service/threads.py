"""Approved threads as JSON, rendered once for each change and kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MAX_BYTES = 64 * 1024 * 1024
OVERHEAD_BYTES = 120
"""About what Python spends on one rendered comment and its place, beside its text."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A thread's approved comments in reply order, each as JSON, at one version. ids: in the same order."""

    version: int
    ids: tuple[str, ...]
    items: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """About how many bytes it occupies."""
        return sum(len(item) + OVERHEAD_BYTES for item in self.items) + OVERHEAD_BYTES

    def place_after(self, comment_id: str, otherwise: int) -> int:
        """Where to go on after this comment; `otherwise` when it is no longer there."""
        try:
            return self.ids.index(comment_id) + 1
        except ValueError:
            return min(otherwise, len(self.ids))

    def joined(self, start: int, end: int) -> bytes:
        """Some of the comments as the inside of a JSON list."""
        return b",".join(self.items[start:end])


class ThreadCache:
    """The threads that were read last, up to so many bytes. Share it between threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, Rendered] = OrderedDict()
        self._size = 0
        self._turn = threading.Lock()

    def get(self, thread_id: str, version: int, render: Callable[[], Rendered]) -> Rendered:
        """The thread at this version, rendered now if need be."""
        with self._turn:
            found = self._kept.get(thread_id)
            if found is not None and found.version == version:
                self._kept.move_to_end(thread_id)
                return found
        made = render()
        self._keep(thread_id, made)
        return made

    def _keep(self, thread_id: str, made: Rendered) -> None:
        with self._turn:
            self._drop([thread_id])
            self._kept[thread_id] = made
            self._size += made.size
            while self._size > self._max_bytes:
                self._drop([next(iter(self._kept))])

    def _drop(self, thread_ids: Sequence[str]) -> None:
        for thread_id in thread_ids:
            gone = self._kept.pop(thread_id, None)
            self._size -= gone.size if gone else 0
