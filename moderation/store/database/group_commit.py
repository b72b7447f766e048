"""Whose turn it is to write to a SQLite file: those who wait are written together, and nobody sleeps."""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Generic, TypeVar

from moderation.errors import StoreBusy

T = TypeVar("T")

GROUP_SIZE = 64


class Group(Generic[T]):
    """Takes items from many threads and has them done in groups, by whichever of these threads comes first.

    That one leads: it does what has gathered, wakes each item's own thread, and hands the lead to the next that
    waits. Nobody waits for a lock that others hold one after the other, and no thread is kept for it, so a fork
    inherits none.
    """

    def __init__(self, do_all: Callable[[Sequence[T]], None]) -> None:
        self._do_all = do_all
        self._mutex = threading.Lock()
        self._waiting: deque[_Seat[T]] = deque()
        self._is_led = False

    def do(self, item: T) -> None:
        """Have the item done; returns when it is. do_all must not raise for any but a fatal reason."""
        seat = _Seat(item)
        with self._mutex:
            self._waiting.append(seat)
            leads, self._is_led = not self._is_led, True
        if leads or seat.is_told_to_lead():
            self._lead(seat)

    def _lead(self, own: "_Seat[T]") -> None:
        try:
            while not own.is_done:
                with self._mutex:
                    group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_SIZE))]
                try:
                    self._do_all([seat.item for seat in group])
                finally:
                    for seat in group:
                        seat.wake(is_done=True)
        finally:
            self._hand_over()

    def _hand_over(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting[0].wake(is_done=False)
            else:
                self._is_led = False


class _Seat(Generic[T]):
    """One waiting item, and the gate at which its thread waits."""

    def __init__(self, item: T) -> None:
        self.item = item
        self.is_done = False
        self._gate = threading.Lock()
        self._gate.acquire()

    def is_told_to_lead(self) -> bool:
        """Wait until the item is done, or until it is this thread's turn to lead."""
        self._gate.acquire()
        return not self.is_done

    def wake(self, *, is_done: bool) -> None:
        """Let the waiting thread go on."""
        self.is_done = is_done
        self._gate.release()


class FileTurn:
    """A turn between processes. SQLite's own way to wait for another writer is to sleep and try again, up to a tenth
    of a second each time; the kernel queues those who wait for a file lock and wakes them at once. When a process
    dies, its lock dies with it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._owner = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the turn. One thread of a process at a time may ask."""
        file = self._opened()
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> IO[bytes]:
        """The lock file, opened by this very process: what a fork inherits would be one lock with its parent's.

        Raises StoreBusy."""
        if self._file is None or self._owner != os.getpid():
            try:
                self._file, self._owner = self._path.open("ab"), os.getpid()
            except OSError as problem:
                raise StoreBusy(f"The database's folder cannot be written: {problem.strerror}.") from problem
        return self._file
