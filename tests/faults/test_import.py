"""An import that is killed, and one beside a working service: each comment is there once, and all counts agree."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from moderation.audit import verify
from moderation.imports.run import BATCH
from moderation.store.tables import comments, imported
from tests.faults.promises import settled
from tests.moderation.imports.wxr import a_comment, a_file, an_item
from tests.stack import ROOT, Stack
from tests.waiting import LIMIT_S, eventually

pytestmark = pytest.mark.slow

COUNT = 5 * BATCH
PAGE = 50


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A WordPress export in which every second comment answers the one after it, and one in ten is pending."""
    items = []
    for first in range(1, COUNT + 1, PAGE):
        written = [
            a_comment(
                str(number),
                f"Comment {number}",
                parent=str(number + 1) if number % 2 else "0",
                approved="1" if number % 10 else "0",
            )
            for number in range(first, first + PAGE)
        ]
        items.append(an_item(*written, link=f"https://blog.example/page-{first}/"))
    return a_file(tmp_path, *items)


def start(stack: Stack, export: Path, **variables: str) -> subprocess.Popen[str]:
    arguments = ["import", "wordpress", str(export), "--site", "demo", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "service.cli", *arguments],
        cwd=ROOT,
        env=stack.environment | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(stack: Stack, export: Path) -> dict[str, int]:
    process = start(stack, export)
    said, errors = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, said + errors
    return json.loads(said)


def stored(stack: Stack) -> int:
    with stack.store.read() as uow:
        return uow.connection.scalar(select(func.count()).select_from(imported)) or 0


def assert_each_once(stack: Stack) -> None:
    with stack.store.read() as uow:
        rows = uow.connection.execute(select(comments.c.id, comments.c.body, comments.c.parent_id)).all()
        assert uow.statistics.conservation().is_whole
        assert not verify("demo", uow.audit.entries("demo")).broken_at
    body_of = {row.id: row.body for row in rows}
    expected = {f"Comment {n}": f"Comment {n + 1}" if n % 2 else "" for n in range(1, COUNT + 1)}
    assert Counter(body_of.values()) == Counter(list(expected))
    assert {row.body: body_of.get(row.parent_id, "") for row in rows} == expected


def test_an_import_that_kills_itself_after_a_batch_goes_on_where_it_was(stack: Stack, export: Path) -> None:
    died = start(stack, export, REJOINDER_FAILPOINT="import.after_batch")
    died.communicate(timeout=LIMIT_S)
    assert died.returncode == -signal.SIGKILL
    assert stored(stack) == BATCH

    result = finish(stack, export)

    assert (result["already_there"], result["imported"]) == (BATCH, COUNT - BATCH)
    assert_each_once(stack)
    assert finish(stack, export)["already_there"] == COUNT


def test_an_import_that_is_killed_again_and_again_ends_with_each_comment_once(stack: Stack, export: Path) -> None:
    chance = random.Random(7)
    for _ in range(4):
        process = start(stack, export)
        before = stored(stack)
        eventually(lambda process=process, before=before: stored(stack) > before or process.poll() is not None)  # type: ignore[misc]
        time.sleep(chance.random() / 20)  # somewhere in a batch, or while parents are given
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=LIMIT_S)

    finish(stack, export)

    assert_each_once(stack)


def test_comments_are_accepted_while_an_import_runs_and_only_the_pending_are_scored(
    stack: Stack, export: Path
) -> None:
    stack.start("valkey", "web", "scoring", "delivery", "sweep")
    process = start(stack, export)

    statuses = [stack.comment(f"Crumb {number}.").status for number in range(20)]
    said, errors = process.communicate(timeout=LIMIT_S)

    assert process.returncode == 0, said + errors
    assert statuses == [202] * 20
    eventually(lambda: settled(stack))
    with stack.store.read() as uow:
        decided = uow.statistics.decisions()
        scored = uow.connection.scalar(select(func.count()).where(comments.c.scored_at.is_not(None)))
        assert uow.statistics.conservation().accepted == COUNT + 20
        assert uow.statistics.conservation().is_whole
    assert sum(decided.values()) == scored == COUNT // 10 + 20
