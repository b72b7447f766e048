"""`rejoinder serve` and `rejoinder work`: one installation on several machines, here on one."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.stack import ROOT, Stack
from tests.waiting import LIMIT_S, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def stack(postgresql_url: str) -> Iterator[Stack]:
    """PostgreSQL and a Valkey server, and nothing else yet."""
    stack = Stack(postgresql_url, web_processes="2", scoring_workers="2")
    stack.start("valkey")
    yield stack
    stack.close()


@pytest.fixture
def machines(stack: Stack) -> Iterator[list[subprocess.Popen[bytes]]]:
    """One machine that serves and one that works."""
    with (stack.home / "machines.log").open("wb") as log:
        machines = [
            subprocess.Popen(
                [sys.executable, "-m", "service.cli", command],
                cwd=ROOT,
                env=stack.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            for command in ("serve", "work")
        ]
    yield machines
    for machine in machines:
        machine.kill()
        machine.wait()


def test_a_comment_taken_in_by_one_machine_is_scored_by_the_other_and_both_end_cleanly(stack, machines):
    eventually(lambda: stack.get("/ready").status == 200)

    assert stack.comment().status == 202
    eventually(lambda: is_scored(stack))

    for machine in machines:
        machine.send_signal(signal.SIGTERM)
    assert [machine.wait(timeout=LIMIT_S) for machine in machines] == [0, 0]
    assert "Running scoring-1, scoring-2, delivery, sweep." in stack.logs()


def is_scored(stack: Stack) -> bool:
    [comment] = stack.get("/v1/queue", key=stack.key).json["comments"]
    return comment["score"] is not None
