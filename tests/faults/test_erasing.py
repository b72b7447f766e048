"""The removal of a site and the erasure of a person, killed in the middle, are finished by the next call or start."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from moderation.config.erasure_list import list_path, read_list
from moderation.config.home import secret_path
from moderation.erasing import erase, remove_site, replay
from moderation.erasing.retention import Destroyed
from moderation.store.sealing import Sealer
from moderation.store.tables import comments, metadata
from service.passages import passages_of
from tests.builders import a_submission, received
from tests.faults.one_job import run_job, run_job_killed_at
from tests.stack import ROOT, Stack
from tests.waiting import LIMIT_S

pytestmark = pytest.mark.slow

EMAIL = "canary@reader.example"


def rejoinder(stack: Stack, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments, "--json"],
        cwd=ROOT,
        env=stack.environment | variables,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def ids_in(export: Path) -> set[str]:
    lines = map(json.loads, export.read_text("utf-8").splitlines())
    return {line["id"] for line in lines if line.get("type") == "comment"}


def test_a_removal_that_was_killed_loses_nothing_and_is_finished_by_the_next(stack: Stack, tmp_path: Path) -> None:
    count = 2 * remove_site.AT_ONCE // 10
    ids = {received(stack.store, a_submission(f"Number {n}")).id for n in range(count)}
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"

    killed = rejoinder(
        stack,
        *("site", "remove", "demo", "--yes", "--export", str(first)),
        REJOINDER_FAILPOINT="site_removal.after_batch",
    )
    assert killed.returncode == -9, killed.stdout + killed.stderr
    with stack.store.read() as uow:
        assert uow.statistics.conservation().is_whole
    finished = rejoinder(stack, "site", "remove", "demo", "--yes", "--export", str(second))

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert ids_in(first) == ids
    with stack.store.read() as uow:
        left = {each.name for each in metadata.sorted_tables if uow.connection.execute(select(each)).first()}
        assert uow.statistics.conservation().accepted == 0
    assert left <= {"installation", "audit", "erasures", "moderators", "sign_ins", "mail_addresses"}


def test_an_erasure_that_was_killed_is_finished_by_the_next_start(stack: Stack) -> None:
    for n in range(erase.AT_ONCE + 20):
        received(stack.store, a_submission(f"Canary {n}", email=EMAIL))

    killed = rejoinder(stack, "person", "erase", EMAIL, "--yes", REJOINDER_FAILPOINT="erasure.after_batch")
    assert killed.returncode == -9, killed.stdout + killed.stderr
    assert left(stack) == 20
    home = list_path(stack.settings.home)
    replay.replay(stack.store, [home], passages_of, at=datetime.now(UTC))

    assert left(stack) == 0
    with stack.store.read() as uow:
        assert uow.statistics.conservation().is_whole


def test_an_erasure_that_was_killed_before_it_began_is_done_by_the_next_start(stack: Stack) -> None:
    received(stack.store, a_submission("Canary", email=EMAIL))

    killed = rejoinder(stack, "person", "erase", EMAIL, "--yes", REJOINDER_FAILPOINT="erasure.after_note")
    assert killed.returncode == -9, killed.stdout + killed.stderr
    replay.replay(stack.store, [list_path(stack.settings.home)], passages_of, at=datetime.now(UTC))

    assert left(stack) == 0


def test_the_list_of_what_was_erased_is_whole_or_as_before_when_its_copying_is_killed(stack: Stack) -> None:
    comment = received(stack.store, a_submission("Canary", email=EMAIL))
    signed = {"by_id": "mod_1", "at": datetime.now(UTC)}
    erase.erase_comment(stack.store, comment.id, passages_of, sites=["demo"], **signed)
    path, at = list_path(stack.settings.home), datetime.now(UTC)

    was_killed = run_job_killed_at("erasure_list.before_rename", stack.environment, "erasures", at=at)

    assert was_killed and read_list(path) == set()
    run_job(stack.environment, "erasures", at=at)
    assert [each.subject for each in read_list(path)] == [comment.id]


def test_a_run_of_retention_that_was_killed_is_finished_by_the_next_and_counts_once(stack: Stack) -> None:
    received_at = datetime.now(UTC) - timedelta(days=40)
    ids = [received(stack.store, a_submission(f"Canary {n}", email=EMAIL), at=received_at).id for n in range(3)]

    was_killed = run_job_killed_at("retention.after_batch", stack.environment, "retention", at=datetime.now(UTC))
    run_job(stack.environment, "retention", at=datetime.now(UTC))

    assert was_killed
    with stack.store.read() as uow:
        [row] = uow.retention.report(["demo"], since=received_at.date())
        assert [comment.masked_address for comment in uow.comments.get_many(ids)] == [""] * 3
    assert (row.what, row.count) == (Destroyed.NETWORKS, 3)


def test_a_rotation_of_the_secret_that_was_killed_is_finished_by_the_next_call(stack: Stack) -> None:
    comment = received(stack.store, a_submission("Canary", email=EMAIL))

    killed = rejoinder(stack, "secret", "rotate", REJOINDER_FAILPOINT="resealing.after_batch")
    assert killed.returncode == -9, killed.stdout + killed.stderr
    finished = rejoinder(stack, "secret", "rotate")

    assert finished.returncode == 0, finished.stdout + finished.stderr
    newest = secret_path(stack.settings.home).read_bytes().split(b"\n")[0]
    with stack.store.read() as uow:
        sealed = uow.connection.scalar(select(comments.c.email_sealed).where(comments.c.id == comment.id))
    assert Sealer(newest).open(sealed, about=comment.id).decode() == EMAIL


def left(stack: Stack) -> int:
    with stack.store.read() as uow:
        return len(uow.connection.scalars(select(comments.c.id).where(comments.c.body != "")).all())
