"""Benchmarks name what they need, and the soak finds what it looks for."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.soak_accounts import check
from tests.builders import received, settled
from tests.waiting import LIMIT_S

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["bench.service"], ["bench.compare", "one", "other"]], ids=lambda each: each[0]
)
def test_a_missing_program_is_named_in_a_sentence(tmp_path, arguments):
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", *arguments],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert run.returncode == 1
    assert "This benchmark needs wrk: install the package wrk" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_accounts_of_a_soak_name_each_broken_promise(sqlite_store):
    decided, waiting, unheard = (received(sqlite_store) for _ in range(3))
    for each in (decided, unheard):
        settled(sqlite_store, each)
    sink = SimpleNamespace(ids={decided.id: {"evt_1", "evt_2"}, waiting.id: {"evt_3"}}, total=4)

    accounts = check(SimpleNamespace(store=sqlite_store), sink, [decided.id, waiting.id, unheard.id, "cmt_lost"])

    assert (accounts.accepted, accounts.stored) == (4, 3)
    assert (accounts.lost, accounts.undecided, accounts.decided_twice) == (1, 1, 0)
    assert (accounts.undelivered, accounts.announced_twice, accounts.repeated) == (2, 1, 1)
    assert accounts.is_conserved and not accounts.are_whole
