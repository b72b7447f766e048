"""Approved comments of threads as JSON, rendered once for each change and kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MAX_BYTES = 64 * 1024 * 1024
OVERHEAD_BYTES = 120
"""Roughly what Python uses for one rendered comment in addition to its text."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A thread's approved comments in reply order, each as JSON, at one version. ids, depths: in the same order."""

    version: int
    ids: tuple[str, ...]
    depths: tuple[int, ...]
    items: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Roughly how many bytes it occupies."""
        return sum(len(item) + OVERHEAD_BYTES for item in self.items) + OVERHEAD_BYTES

    def place_after(self, path: Sequence[str]) -> int:
        """The index of the first comment after this path: the ids from depth 0 down to the last comment shown.

        Siblings are in the order of their ids, so paths are too, even if comments of the path have gone since. A
        comment that was not shown yet is never skipped. One that lost its parent, and so moved, may be shown twice.
        """
        same = 0  # how many ids of the path are ancestors of this comment
        for place, (comment_id, depth) in enumerate(zip(self.ids, self.depths, strict=True)):
            same = min(same, depth)
            if depth == same:
                if depth == len(path) or comment_id > path[depth]:
                    return place
                same += comment_id == path[depth]
        return len(self.ids)

    def joined(self, start: int, end: int) -> bytes:
        """Some of the comments as the inside of a JSON list."""
        return b",".join(self.items[start:end])


class ThreadCache:
    """The most recently read threads, up to `max_bytes`. Safe to share between threads of the process."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, Rendered] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, thread_id: str, version: int, render: Callable[[], Rendered]) -> Rendered:
        """The thread at this version, rendered if it is not cached."""
        with self._lock:
            found = self._kept.get(thread_id)
            if found is not None and found.version == version:
                self._kept.move_to_end(thread_id)
                return found
        rendered = render()
        self._keep(thread_id, rendered)
        return rendered

    def _keep(self, thread_id: str, rendered: Rendered) -> None:
        with self._lock:
            self._drop([thread_id])
            self._kept[thread_id] = rendered
            self._size += rendered.size
            while self._size > self._max_bytes:
                self._drop([next(iter(self._kept))])

    def _drop(self, thread_ids: Sequence[str]) -> None:
        for thread_id in thread_ids:
            gone = self._kept.pop(thread_id, None)
            self._size -= gone.size if gone else 0
