"""The lock that a writer to a SQLite file holds, against other threads and other processes."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from moderation.errors import StoreBusy

POLL_S = 0.001


class WriterLock:
    """One writer at a time among the threads of all processes.

    SQLite's own busy handler sleeps longer with each try, up to a tenth of a second, so whoever has waited longest
    comes last. Here a process polls once a millisecond. When a process dies, the kernel releases its lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: IO[bytes] | None = None
        self._owner = 0

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        """Hold the lock. Raises StoreBusy when it cannot be had until this time, by `time.monotonic`."""
        if not self._threads.acquire(timeout=max(0.0, until - time.monotonic())):
            raise StoreBusy("Another thread has been writing to the database for too long.")
        try:
            file = self._opened()
            _lock(file, until)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Close the lock file; the next writer opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> IO[bytes]:
        """The lock file, opened by this process: a descriptor inherited by a fork shares the lock of its parent.

        Raises StoreBusy."""
        if self._file is None or self._owner != os.getpid():
            try:
                self._file, self._owner = self._path.open("ab"), os.getpid()
            except OSError as problem:
                raise StoreBusy(f"The database's folder cannot be written: {problem.strerror}.") from problem
        return self._file


def _lock(file: IO[bytes], until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as problem:
            if time.monotonic() >= until:
                raise StoreBusy("Another process has been writing to the database for too long.") from problem
            time.sleep(POLL_S)
