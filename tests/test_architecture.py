"""The shape of the program: who may import what, ask the clock, write on record; and all is explained."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.jobs import JOBS

ROOT = Path(__file__).parent.parent
PACKAGES = ("moderation", "models", "worker", "service")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

MAY_ASK_THE_CLOCK = ("service", "worker")
"""The two programs. Everything else is told the time."""

ON_RECORD = {
    "audit": {"append"},
    "sites": {"add", "change"},
    "site_removal": {"remove"},
    "threads": {"begin", "close", "describe"},
    "endpoints": {"add", "change", "rotate", "enable", "disable", "remove"},
    "accounts": {"add_key", "revoke_key", "add_moderator", "disable", "enable", "grant"},
    "comments": {"email_of"},
}
"""The sentences of `Rows` that never go without an entry in the audit trail: only the domain's acts say them."""

CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def _tree(module):
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def test_imports_point_one_way():
    command = [
        Path(sys.executable).with_name("lint-imports"),
        "--no-cache",
    ]  # in our process it would end all logging

    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_has_a_function_of_the_worker_and_one_reason_to_run(job):
    module, _, name = job.run.rpartition(".")

    work = getattr(importlib.import_module(module), name)

    assert module.startswith("worker.") and work.__code__.co_argcount == 1
    assert (job.pending is None) is (job.every is not None)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_in_one_sentence_what_it_is(module):
    told = ast.get_docstring(_tree(module)) or ""

    assert told.splitlines()[:1] != [""]
    assert told.split("\n\n")[0].rstrip().endswith((".", "?", ":", "…")), told


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_public_function_and_class_says_what_it_is_for(module):
    silent = [node.name for node in _public(_tree(module)) if not ast.get_docstring(node)]

    assert silent == []


@pytest.mark.parametrize("module", [each for each in MODULES if each.parts[0] not in MAY_ASK_THE_CLOCK], ids=str)
def test_time_is_an_argument(module):
    asked = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (ast.unparse(node.func.value).rpartition(".")[2], node.func.attr) in CLOCKS
    ]

    assert asked == []


@pytest.mark.parametrize("module", [each for each in MODULES if each.parts[0] != "moderation"], ids=str)
def test_what_belongs_on_record_is_done_by_the_domains_acts_alone(module):
    said = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Attribute)
        and node.attr in ON_RECORD.get(ast.unparse(node.value).rpartition(".")[2], ())
    ]

    assert said == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_nothing_is_pickled(module):
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
    }

    assert not imported & {"pickle", "shelve", "marshal", "dill", "joblib", "cloudpickle"}


def _public(tree):
    """Functions and classes whose names have no underscore in front, and the methods of those classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    each for each in node.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
                )
