"""A supervisor that is killed again and again, at any moment of its start, leaves nothing running."""

import subprocess
from pathlib import Path

import pytest

from tests.service.cli.test_up import Up, free_port, title_of
from tests.waiting import eventually

pytestmark = pytest.mark.slow

MOMENTS_S = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5)


def test_a_supervisor_killed_in_a_loop_leaves_nothing_running(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()

    for moment_s in MOMENTS_S:
        up = Up(home, port)
        with up.process as process:
            try:
                process.wait(timeout=moment_s)
            except subprocess.TimeoutExpired:
                process.kill()

    eventually(lambda: not processes_of(home))
    last = Up(home, port)
    last.screen()
    assert last.post_comment() == 202
    eventually(lambda: job_runs(home))
    last.process.kill()
    last.process.communicate()
    eventually(lambda: not processes_of(home))


def processes_of(home: Path) -> list[str]:
    """The titles of all processes that work on this home, by their environment."""
    mark = f"REJOINDER_HOME={home}\0".encode()
    return [title_of(pid) for pid, environment in _environments() if mark in environment]


def job_runs(home: Path) -> bool:
    """Whether a worker has forked a job: two processes with the same title."""
    return processes_of(home).count("rejoinder: scoring") > 1


def _environments() -> list[tuple[int, bytes]]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if "State:\tZ" not in (process / "status").read_text():
                found.append((int(process.name), (process / "environ").read_bytes()))
        except OSError:
            continue
    return found
