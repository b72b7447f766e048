"""A start on a full disk, on a small file system of the test's own: readers have their threads, and it recovers."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.cli.test_up import Up, body_of, free_port, status_of_comment
from tests.waiting import eventually

pytestmark = pytest.mark.slow

THREAD = "/v1/sites/demo/threads/bread/comments"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("ends", ["cleanly", "by kill -9"])
def test_on_a_full_disk_it_starts_read_only_and_recovers_when_there_is_room(disk: Path, ends: str) -> None:
    home, port = disk / "home", free_port()
    first = Up(home, port)
    try:
        key = first.screen()["key"]
        assert first.post_comment() == 202
        eventually(lambda: first.queue(key))
        if ends == "cleanly":
            assert first.end() == 0
    finally:
        first.process.kill()
        first.process.communicate()
    ballast = fill(disk)

    second = Up(home, port)
    try:
        screen = second.screen()
        threads = body_of(second.url + THREAD)
        eventually(lambda: status_of_comment(second) == 503)
        readiness = body_of(f"{second.url}/ready")
        ballast.unlink()
        eventually(lambda: status_of_comment(second) == 202)
        eventually(lambda: body_of(f"{second.url}/ready") == '{"status":"ready"}\n')
        assert second.end() == 0
    finally:
        second.process.kill()
        second.process.communicate()

    assert screen["read_only"] is True
    assert "is full. Starting read-only" in second.said.read_text()
    assert '"comments":[]' in threads
    assert "disk is full" in readiness


def fill(disk: Path) -> Path:
    """Fill the disk to its last byte with a file."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            pass
    assert shutil.disk_usage(disk).free == 0
    return ballast
