"""A process that is stopped, not dead, is noticed and replaced; meanwhile the others go on."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.service.cli.test_up import Up, answers, free_port, is_alive, status_of_comment
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """A running installation that works on a job for as long as it waits for a comment."""
    up = Up(tmp_path / "home", free_port())
    up.screen()
    yield up
    up.process.kill()
    up.process.communicate()


@pytest.mark.parametrize("name", ["web", "scoring", "delivery", "sweep", "valkey"])
def test_a_stopped_process_is_killed_and_replaced(up: Up, name: str) -> None:
    stopped = up.children()[name]

    os.kill(stopped, signal.SIGSTOP)

    eventually(lambda: up.children().get(name, stopped) != stopped)
    eventually(lambda: answers(f"{up.url}/ready"))
    assert up.post_comment() == 202
    assert up.end() == 0


def test_a_stopped_job_that_holds_the_lock_of_writers_is_killed_with_its_worker(up: Up) -> None:
    holder = stop_while_writing(up)

    statuses = [status_of_comment(up)]
    while statuses[-1] != 202:
        assert answers(f"{up.url}/health")
        statuses.append(status_of_comment(up))

    assert set(statuses[:-1]) == {503}
    assert not is_alive(holder)
    assert up.end() == 0


def stop_while_writing(up: Up) -> int:
    """Stop the process of a scoring job at a moment when it holds the lock; returns its id."""
    while True:
        assert up.post_comment() == 202
        job = eventually(lambda: job_of(up))
        for _ in range(20):
            with suppress(ProcessLookupError):
                os.kill(job, signal.SIGSTOP)
                if holds_a_lock(job):
                    return job
                os.kill(job, signal.SIGCONT)
            time.sleep(0.001)


def job_of(up: Up) -> int:
    """The process that the scoring worker has forked for a job; 0 when there is none."""
    worker = up.children()["scoring"]
    children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    return int(children[0]) if children else 0


def holds_a_lock(pid: int) -> bool:
    lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return any(words[1:5] == ["FLOCK", "ADVISORY", "WRITE", str(pid)] for words in lines)
