"""Writes that are committed as one group: all wait until the test has added the last."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.waiting import LIMIT_S, eventually

MAX_THREADS = 100


class Together:
    """Makes writes wait behind another one, so that they are written as one group."""

    def __init__(self, store):
        self._store = store
        self._pool = ThreadPoolExecutor(MAX_THREADS)
        self._added = []
        self._go_on = threading.Event()

    def __enter__(self):
        began = threading.Event()

        def hold(uow, parts):
            began.set()
            assert self._go_on.wait(timeout=LIMIT_S)
            return parts

        self._pool.submit(self._store.write_together, hold, None)
        assert began.wait(timeout=LIMIT_S)
        return self

    def add(self, work, part):
        """Write this part with the others; returns a future of its result."""
        return self.call(lambda: self._store.write_together(work, part))

    def call(self, function):
        """Call a function that writes one part with the others; returns a future of its result."""
        future = self._pool.submit(function)
        self._added.append(future)
        eventually(lambda: self._waiting() == len(self._added))
        return future

    def _waiting(self):
        return sum(map(len, self._store._database._group._waiting.values()))

    def __exit__(self, *problem):
        self._go_on.set()
        for future in self._added:
            future.exception(timeout=LIMIT_S)
        self._pool.shutdown()
