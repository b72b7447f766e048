"""Group commit: parts of one kind of work that wait for each other are written in one transaction."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from moderation.errors import StoreBusy

GROUP_SIZE = 64
WAIT_S = 5.0
"""How long a write waits before it fails with StoreBusy."""

SharedWork = Callable[[Any, Sequence[Any]], Sequence[Any]]
"""Work for many parts at once: takes them in order and returns a result for each."""


class GroupCommit:
    """Writes parts from many threads in groups, on whichever of these threads comes first.

    There is no writer thread, so a fork inherits none.

    transaction: opens a transaction for a writer that waits until this time at most, by `time.monotonic`. Another
    context groups work that is no write: see `service/check_groups.py`.
    """

    def __init__(self, transaction: Callable[[float], AbstractContextManager[Any]]) -> None:
        self._transaction = transaction
        self._leader = threading.Lock()
        self._mutex = threading.Lock()
        self._waiting: defaultdict[SharedWork, list[_Item]] = defaultdict(list)

    def write(self, work: SharedWork, part: Any) -> Any:
        """The work's result for this part, after the commit. Raises the result if it is an exception.

        Raises StoreBusy when the database cannot be written in time, and what the work raises for this part alone.
        """
        item, until = _Item(part), time.monotonic() + WAIT_S
        with self._mutex:
            self._waiting[work].append(item)
        if not self._leader.acquire(timeout=WAIT_S):
            if self._withdraw(work, item):
                raise StoreBusy("Too many writes are waiting for the database.")
            self._leader.acquire()  # a leader is writing this item now
        try:
            while not item.is_done:
                self._lead(work, until)
        except BaseException:
            self._withdraw(work, item)
            raise
        finally:
            self._leader.release()
        return item.result()

    def _lead(self, work: SharedWork, until: float) -> None:
        """Write the parts that wait for this work. Raises when no transaction can be opened."""
        group: list[_Item] = []
        try:
            with self._transaction(until) as connection:
                group = self._take(work)
                results = work(connection, [item.part for item in group])
            _settle(group, results)
        except Exception as problem:
            if not group:
                raise
            if len(group) > 1 and not isinstance(problem, StoreBusy):
                self._write_each(work, group, until)
            else:
                _settle(group, [problem] * len(group))
        finally:
            for item in group:
                item.is_done = True

    def _write_each(self, work: SharedWork, group: Sequence["_Item"], until: float) -> None:
        """Each in a transaction of its own, so that one faulty part fails alone."""
        for item in group:
            try:
                with self._transaction(until) as connection:
                    results = work(connection, [item.part])
                _settle([item], results)
            except Exception as problem:
                _settle([item], [problem])

    def _take(self, work: SharedWork) -> list["_Item"]:
        with self._mutex:
            group = self._waiting[work][:GROUP_SIZE]
            del self._waiting[work][:GROUP_SIZE]
        return group

    def _withdraw(self, work: SharedWork, item: "_Item") -> bool:
        """Take an item back that no leader has taken. Returns whether it was still waiting."""
        with self._mutex:
            is_waiting = item in self._waiting[work]
            if is_waiting:
                self._waiting[work].remove(item)
        return is_waiting


class _Item:
    """One waiting part and its outcome."""

    def __init__(self, part: Any) -> None:
        self.part = part
        self.is_done = False
        self.outcome: Any = StoreBusy("The server was stopped while it wrote.")

    def result(self) -> Any:
        """The outcome. Raises it if it is an exception."""
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def _settle(items: Sequence[_Item], outcomes: Sequence[Any]) -> None:
    for item, outcome in zip(items, outcomes, strict=True):
        item.outcome = outcome
