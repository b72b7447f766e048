"""The writer lock: one writer among all threads and processes, and nobody waits for it forever."""

import os
import signal
import subprocess
import sys
import time

import pytest

from moderation.errors import StoreBusy
from moderation.store.database import group_commit
from moderation.store.database.writer_lock import WriterLock
from tests.builders import NOON, a_site

HOLDER = """
import sys, time
from pathlib import Path
from moderation.store.database.writer_lock import WriterLock
with WriterLock(Path(sys.argv[1])).held(time.monotonic() + 30):
    print("held", flush=True)
    sys.stdin.read()
"""


def soon():
    """A time until which nobody minds waiting."""
    return time.monotonic() + 0.05


def later():
    """A time that a test should not reach."""
    return time.monotonic() + 30


@pytest.fixture
def held_elsewhere():
    """Has another process hold the lock of a path, and returns the process: `held_elsewhere(path)`."""
    processes = []

    def hold(path):
        command = [sys.executable, "-c", HOLDER, str(path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in processes:
        process.kill()
        process.communicate()


def test_two_processes_never_hold_it_at_the_same_time(tmp_path):
    lock = WriterLock(tmp_path / "lock")
    tally = tmp_path / "tally"
    tally.write_text("0")

    def count():
        for _ in range(200):
            with lock.held(later()):
                tally.write_text(str(int(tally.read_text()) + 1))

    child = os.fork()
    if child == 0:
        count()
        os._exit(0)
    count()
    os.waitpid(child, 0)
    lock.close()

    assert tally.read_text() == "400"


def test_a_fork_does_not_share_the_lock_of_its_parent(tmp_path):
    lock = WriterLock(tmp_path / "lock")
    with lock.held(later()):
        pass  # the parent has the file open now
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        with lock.held(later()):
            os.write(writing, b"held")
            signal.pause()
    try:
        os.read(reading, 4)
        with pytest.raises(StoreBusy), lock.held(soon()):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lock.close()
        os.close(reading)
        os.close(writing)


def test_a_thread_does_not_wait_forever_for_another(tmp_path):
    lock = WriterLock(tmp_path / "lock")

    with lock.held(later()), pytest.raises(StoreBusy, match="Another thread"), lock.held(soon()):
        pass

    lock.close()


def test_a_process_does_not_wait_forever_for_one_that_is_stopped(tmp_path, held_elsewhere):
    lock = WriterLock(tmp_path / "lock")
    holder = held_elsewhere(tmp_path / "lock")
    holder.send_signal(signal.SIGSTOP)

    with pytest.raises(StoreBusy, match="Another process"), lock.held(soon()):
        pass

    holder.kill()
    with lock.held(later()):
        pass
    lock.close()


def test_a_store_is_busy_while_another_process_holds_it_and_works_again_afterwards(
    sqlite_store, held_elsewhere, monkeypatch
):
    monkeypatch.setattr(group_commit, "WAIT_S", 0.05)
    monkeypatch.setattr("moderation.store.database.engines.WAIT_S", 0.05)
    holder = held_elsewhere(sqlite_store._database._lock._path)

    with pytest.raises(StoreBusy):
        sqlite_store.write(lambda uow: uow.sites.add(a_site("plain"), at=NOON))
    with pytest.raises(StoreBusy):
        sqlite_store.write_together(lambda uow, parts: parts, 1)

    holder.kill()
    monkeypatch.undo()
    assert sqlite_store.write_together(lambda uow, parts: parts, 1) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    lock = WriterLock(tmp_path / "nowhere" / "lock")

    with pytest.raises(StoreBusy, match="cannot be written: No such file"), lock.held(later()):
        pass
