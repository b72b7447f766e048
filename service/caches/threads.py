"""What a web process keeps of threads at their present version: the order of their comments, and rendered pages."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from moderation.conversation import Place

MAX_BYTES = 64 * 1024 * 1024
PLACE_BYTES = 250
"""Roughly what Python uses for one place of an outline."""

PAGE_OVERHEAD_BYTES = 500
"""Roughly what Python uses for one page in addition to its text."""


class Versioned(Protocol):
    """Something made of a thread at one version. size: roughly how many bytes it occupies."""

    @property
    def version(self) -> int:
        """The thread's version."""

    @property
    def size(self) -> int:
        """Roughly how many bytes it occupies."""


Kept = TypeVar("Kept", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the public comments of a thread stand, in reply order, without their texts.

    Those that were withdrawn and have replies are among them.
    """

    version: int
    places: tuple[Place, ...] = ()

    @property
    def size(self) -> int:
        """Roughly how many bytes it occupies."""
        return (len(self.places) + 1) * PLACE_BYTES

    @property
    def count(self) -> int:
        """How many comments can be read."""
        return sum(not place.is_withdrawn for place in self.places)

    def place_after(self, path: Sequence[str]) -> int:
        """The index of the first comment after this path: the ids from depth 0 down to the last comment shown.

        Siblings are in the order of their ids, so paths are too, even if comments of the path have gone since. A
        comment that was not shown yet is never skipped. One that lost its parent, and so moved, may be shown twice.
        """
        same = 0  # how many ids of the path are ancestors of this comment
        for index, place in enumerate(self.places):
            same = min(same, place.depth)
            if place.depth == same:
                if place.depth == len(path) or place.id > path[place.depth]:
                    return index
                same += place.id == path[place.depth]
        return len(self.places)


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """Some of a thread's or a site's comments in one format, as it is sent. version: may be that of a feed."""

    version: int
    body: bytes

    @property
    def size(self) -> int:
        """Roughly how many bytes it occupies."""
        return len(self.body) + PAGE_OVERHEAD_BYTES


class ThreadCache(Generic[Kept]):
    """What was made of the most recently read threads, up to `max_bytes`. Safe to share between threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, version: int, render: Callable[[], Kept]) -> Kept:
        """What is kept under this key at this version, made anew if it is not cached."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found.version == version:
                self._kept.move_to_end(key)
                return found
        rendered = render()
        self._keep(key, rendered)
        return rendered

    def _keep(self, key: Hashable, rendered: Kept) -> None:
        with self._lock:
            self._drop(key)
            self._kept[key] = rendered
            self._size += rendered.size
            while self._size > self._max_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        gone = self._kept.pop(key, None)
        self._size -= gone.size if gone else 0
