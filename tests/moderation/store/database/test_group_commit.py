"""Group commit: parts that wait for each other share a transaction, and nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from moderation.errors import StoreBusy
from moderation.store.database import group_commit
from moderation.store.database.group_commit import GROUP_SIZE, GroupCommit
from tests.waiting import eventually


class Database:
    """Commits what a work notes, if the transaction ends well. Clear `go_on` to hold leaders up."""

    def __init__(self):
        self.committed, self.opened = [], 0
        self.go_on = threading.Event()
        self.go_on.set()
        self.refuses = None
        self.group = GroupCommit(self.transaction)

    @contextmanager
    def transaction(self, until):
        self.opened += 1
        assert self.go_on.wait(30)
        if self.refuses:
            raise self.refuses
        parts = []
        yield parts
        self.committed.append(parts)

    def waiting(self):
        return sum(map(len, self.group._waiting.values()))


def note(connection, parts):
    """Writes the parts, and returns their doubles."""
    connection.extend(parts)
    return [2 * part for part in parts]


def note_odd(connection, parts):
    """Fails as a whole when there is an even number among the parts."""
    if any(part % 2 == 0 for part in parts):
        raise ZeroDivisionError
    return note(connection, parts)


@pytest.fixture
def database():
    """A database with a group."""
    return Database()


@pytest.fixture
def pool():
    """Threads that write."""
    with ThreadPoolExecutor(100) as pool:
        yield pool


def write_all(database, pool, work, parts):
    """Write the parts from as many threads while a first leader is held up; returns their futures in order."""
    database.go_on.clear()
    futures = []
    for part in parts:
        futures.append(pool.submit(database.group.write, work, part))
        eventually(lambda: database.waiting() == len(futures))
    database.go_on.set()
    return futures


def test_parts_that_wait_share_one_transaction_and_each_gets_its_own_result(database, pool):
    futures = write_all(database, pool, note, range(10))

    assert [future.result(30) for future in futures] == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert database.committed == [list(range(10))]


def test_a_group_has_a_largest_size(database, pool):
    futures = write_all(database, pool, note, range(GROUP_SIZE + 6))

    assert [future.result(30) for future in futures] == [2 * part for part in range(GROUP_SIZE + 6)]
    assert [len(group) for group in database.committed] == [GROUP_SIZE, 6]


def test_only_parts_of_one_work_share_a_transaction(database, pool):
    futures = write_all(database, pool, note, [1, 3])
    futures += write_all(database, pool, note_odd, [5])

    assert [future.result(30) for future in futures] == [2, 6, 10]
    assert sorted(database.committed) == [[1, 3], [5]]


def test_every_part_of_many_threads_is_written_exactly_once(database, pool):
    def write_many(first):
        return [database.group.write(note, part) for part in range(first, first + 200)]

    list(pool.map(write_many, range(0, 3_200, 200)))

    assert sorted(part for group in database.committed for part in group) == list(range(3_200))


def test_a_faulty_part_fails_alone(database, pool):
    futures = write_all(database, pool, note_odd, [1, 2, 3])

    assert [futures[0].result(30), futures[2].result(30)] == [2, 6]
    assert isinstance(futures[1].exception(30), ZeroDivisionError)
    assert database.committed == [[1], [3]]


def test_a_result_that_is_an_exception_is_raised_to_its_own_caller(database, pool):
    def judge(connection, parts):
        return [KeyError(part) if part == 2 else part for part in parts]

    futures = write_all(database, pool, judge, [1, 2])

    assert futures[0].result(30) == 1
    assert isinstance(futures[1].exception(30), KeyError)


def test_a_commit_that_fails_is_a_failure_of_the_whole_group(database, pool):
    class Full(Database):
        @contextmanager
        def transaction(self, until):
            with super().transaction(until) as parts:
                yield parts
                raise StoreBusy("The disk is full.")

    full = Full()
    futures = write_all(full, pool, note, [1, 2])

    assert all(isinstance(future.exception(30), StoreBusy) for future in futures)
    assert full.committed == []


def test_a_transaction_that_cannot_be_opened_fails_and_leaves_nothing_waiting(database):
    database.refuses = StoreBusy("The database is away.")

    with pytest.raises(StoreBusy, match="away"):
        database.group.write(note, 1)

    database.refuses = None
    assert database.group.write(note, 2) == 4
    assert database.committed == [[2]]


def test_a_part_that_waits_too_long_is_refused_and_never_written(database, pool, monkeypatch):
    monkeypatch.setattr(group_commit, "WAIT_S", 0.05)
    database.go_on.clear()
    leading = pool.submit(database.group.write, note, 1)
    eventually(lambda: database.opened)

    with pytest.raises(StoreBusy, match="waiting"):
        database.group.write(note, 2)

    database.go_on.set()
    assert leading.result(30) == 2
    assert database.committed == [[1]]


def test_a_part_that_is_being_written_when_its_time_is_up_gets_its_result(database, pool, monkeypatch):
    monkeypatch.setattr(group_commit, "WAIT_S", 0.5)

    def note_slowly(connection, parts):
        threading.Event().wait(0.6)
        return note(connection, parts)

    futures = write_all(database, pool, note_slowly, [1, 2])

    assert [future.result(30) for future in futures] == [2, 4]
    assert database.committed == [[1, 2]]


def test_a_leader_that_is_stopped_leaves_the_lead_to_others(database):
    def stop(connection, parts):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database.group.write(stop, 1)

    assert database.group.write(note, 2) == 4
