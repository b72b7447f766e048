"""Another program locks the database: writers are asked to come back, and nobody else waits for them."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import create_engine, text

from tests.faults.promises import assert_nothing_lost, settled
from tests.receiver import Receiver
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@contextmanager
def locked(stack: Stack) -> Iterator[None]:
    """The database, locked by somebody else: as a whole, or on PostgreSQL the table of comments."""
    if stack.settings.is_sqlite:
        with closing(sqlite3.connect(stack.settings.database_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        return
    engine = create_engine(stack.store.engine.url)
    with engine.begin() as other:
        other.execute(text("LOCK TABLE comments"))
        yield
    engine.dispose()


def test_a_locked_database_costs_a_503_and_stops_no_health_check(stack: Stack, receiver: Receiver) -> None:
    stack.start()
    accepted = [stack.comment("Before.").json["id"]]
    eventually(lambda: settled(stack))

    with locked(stack), ThreadPoolExecutor(16) as threads:
        waiting = [threads.submit(stack.comment, f"Meanwhile, {number}.") for number in range(8)]
        checks = [threads.submit(stack.get, "/ready") for _ in range(4)]
        healths = []
        while not all(each.done() for each in waiting):
            healths.append(stack.get("/health").status)
        refused = [each.result() for each in (*waiting, *checks)][: len(waiting)]
        readiness = stack.get("/ready")

    assert Counter(each.status for each in refused) == {503: 8}
    assert all(int(each.headers["retry-after"]) > 0 for each in refused)
    assert Counter(healths).keys() == {200}
    assert len(healths) > 20  # none of them waited for the database: that is five seconds
    assert readiness.status == 503 and '"part":"database"' in readiness.text.replace(" ", "")
    accepted.append(stack.comment("After.").json["id"])
    eventually(lambda: stack.restart_what_ended() or settled(stack))
    assert_nothing_lost(stack, receiver, accepted)
