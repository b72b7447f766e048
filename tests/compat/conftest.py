"""Clients that other people wrote, unchanged, in environments of their own."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from moderation.accounts import Scope
from moderation.actions import Action
from moderation.policy import Threshold, WordRule
from tests.builders import a_site, an_open_policy
from tests.stack import Stack

CLIENTS = Path(__file__).parent / "clients"
INSTALL_S = 300

Call = Callable[..., Any]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A running web server, whose site lets clean comments through, holds one phrase and rejects another."""
    thresholds = {"spam": Threshold(0.5, 0.5, 0.98), "abuse": Threshold(0.5, 0.5)}
    words = (WordRule("forbidden-word", Action.REJECT), WordRule("held-word", Action.HOLD))
    policy = an_open_policy(thresholds=thresholds, words=words, hold_duplicates=False, hold_links=None)
    with contextlib.closing(Stack(f"sqlite:///{tmp_path / 'rejoinder.db'}")) as stack:
        stack.store.write(lambda uow: uow.sites.change(a_site(policy=policy)))
        stack.start("valkey", "web")
        yield stack
        print(stack.logs())


@pytest.fixture
def akismet_key(stack: Stack) -> str:
    """A key for clients of Akismet."""
    return stack.store.write(lambda uow: uow.keys.add_akismet("demo", "a client", at=datetime.now(UTC)))[1]


@pytest.fixture
def bearer(stack: Stack) -> str:
    """A key for checks."""
    return stack.store.write(lambda uow: uow.keys.add("demo", "a client", Scope.CHECK, at=datetime.now(UTC)))[1]


@pytest.fixture
def call_python(stack: Stack, tmp_path: Path) -> Call:
    """What a program in `clients` prints: `call_python("openai.txt", "openai_client.py", key)`."""

    def call(requirements: str, program: str, key: str) -> Any:
        folder = tmp_path / "venv"
        _install([_tool("uv"), "venv", "--quiet", str(folder)])
        python = folder / "bin" / "python"
        into = ["--quiet", "--python", str(python), "--require-hashes", "-r", str(CLIENTS / requirements)]
        _install([_tool("uv"), "pip", "install", *into])
        return _printed([str(python), "-W", "ignore", str(CLIENTS / program), stack.url, key], {})

    return call


@pytest.fixture
def call_node(stack: Stack, tmp_path: Path) -> Call:
    """What a program for Node in `clients` prints: `call_node("clients.mjs", key, bearer)`."""

    def call(program: str, key: str, bearer: str) -> Any:
        node, npm = _tool("node"), _tool("npm")
        for name in ("package.json", "package-lock.json", program):
            shutil.copy(CLIENTS / name, tmp_path)
        _install([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(tmp_path)])
        return _printed([node, str(tmp_path / program), stack.url, key], {"BEARER": bearer})

    return call


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed, so these clients cannot be tried.")
    return found


def _install(command: list[str]) -> None:
    run = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    if run.returncode:
        pytest.skip(f"The clients cannot be installed; does a package registry answer? {run.stderr[-300:]}")


def _printed(command: list[str], environment: dict[str, str]) -> Any:
    """The JSON that a client's program prints, without our own modules on its path."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=INSTALL_S, check=False, env=clean | environment
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
