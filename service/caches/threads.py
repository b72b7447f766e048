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
    """A thread's approved comments in reply order, each as JSON, at one version. ids, depths: in the same order."""

    version: int
    ids: tuple[str, ...]
    depths: tuple[int, ...]
    items: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """About how many bytes it occupies."""
        return sum(len(item) + OVERHEAD_BYTES for item in self.items) + OVERHEAD_BYTES

    def place_after(self, path: Sequence[str]) -> int:
        """Where to go on after the comment at the end of this path, which begins at depth 0, as it then was.

        Siblings stand in the order of their ids, so paths do too, and it is no matter what of the path has gone
        since: a comment that was not shown yet is never passed over. Only what lost the comment that it answered,
        and so moved, may be shown again.
        """
        same = 0  # how many of the path lead to the comment that is looked at
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
