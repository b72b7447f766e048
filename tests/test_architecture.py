"""The rules that hold for every module: docstrings, clocks, audited writes, pickles; and the tree in ARCHITECTURE.md.

Import contracts are in pyproject.toml; `lint-imports` checks them.
"""

import ast
import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from moderation.jobs import JOBS

ROOT = Path(__file__).parent.parent
PACKAGES = ("moderation", "models", "worker", "service")

MAY_ASK_THE_CLOCK = ("service", "worker")
"""The two programs. All other code gets the time as an argument."""

AUDITED = {
    "audit": {"append"},
    "sites": {"add", "change"},
    "site_removal": {"remove"},
    "imports": {"add", "remember", "attach"},
    "uploads": {"add", "begin_again"},
    "exports": {"comments", "comments_in"},
    "threads": {"begin", "close", "describe"},
    "thread_keys": {"move", "move_comments", "merge", "lead_here"},
    "endpoints": {"add", "change", "rotate", "enable", "disable", "remove"},
    "retention": {"change"},
    "accounts": {
        "add_key",
        "add_akismet_key",
        "add_signing_key",
        "revoke_key",
        "add_moderator",
        "disable",
        "enable",
        "grant",
        "withdraw",
        "end_session_named",
    },
    "mailboxes": {"set_email", "close", "remove_email", "email_of", "choose", "open_links"},
    "comments": {"email_of"},
}
"""Methods of repositories that need an entry in the audit trail: only the domain, which writes it, calls them."""

CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
PICKLES = {"pickle", "shelve", "marshal", "dill", "joblib", "cloudpickle"}


@pytest.fixture(scope="module")
def modules():
    """The syntax tree of every module, by its path from the root."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in paths}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_has_a_function_of_the_worker_and_one_reason_to_run(job):
    module, _, name = job.run.rpartition(".")

    work = getattr(importlib.import_module(module), name)

    assert module.startswith("worker.") and work.__code__.co_argcount == 1
    assert (job.pending is None) is (job.every is not None)


def test_every_module_has_a_docstring_that_begins_with_a_sentence(modules):
    first = {path: (ast.get_docstring(tree) or "").split("\n\n")[0].rstrip() for path, tree in modules.items()}

    wrong = [str(path) for path, text in first.items() if not text.endswith((".", "?", ":", "…"))]

    assert not wrong, "\n".join(wrong)


def test_every_public_function_and_class_has_a_docstring(modules):
    undocumented = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules.items()
        for node in _public(tree)
        if not ast.get_docstring(node)
    ]

    assert not undocumented, "\n".join(undocumented)


def test_only_the_two_programs_ask_the_clock(modules):
    calls = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in modules.items()
        if path.parts[0] not in MAY_ASK_THE_CLOCK
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (_last_name(node.func.value), node.func.attr) in CLOCKS
    ]

    assert not calls, "\n".join(calls)


def test_only_the_domain_makes_changes_that_are_audited(modules):
    uses = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in modules.items()
        if path.parts[0] != "moderation"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in AUDITED.get(_last_name(node.value), ())
    ]

    assert not uses, "\n".join(uses)


def test_no_module_imports_a_pickle(modules):
    imports = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if _imported_packages(node) & PICKLES
    ]

    assert not imports, "\n".join(imports)


def test_the_tree_in_architecture_md_has_a_line_for_every_folder():
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    [block] = re.findall(r"^## The tree\n(?:(?!^## ).)*?^```\w*\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    lines = [line.strip().split(maxsplit=1) for line in block.splitlines()]

    folders = [f"{package}/" for package in PACKAGES]
    folders += [
        f"{path.relative_to(ROOT)}/" for each in PACKAGES for path in (ROOT / each).iterdir() if _holds_files(path)
    ]

    assert [line for line in lines if len(line) < 2 or not line[1].endswith(".")] == []
    assert Counter(path for path, _ in lines) == Counter(folders)


def _public(tree):
    """Functions and classes whose names have no underscore in front, and the methods of those classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    each for each in node.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
                )


def _last_name(node):
    """`c` of the expression `a.b.c`."""
    match node:
        case ast.Attribute():
            return node.attr
        case ast.Name():
            return node.id
    return ""


def _imported_packages(node):
    match node:
        case ast.Import():
            return {alias.name.partition(".")[0] for alias in node.names}
        case ast.ImportFrom():
            return {(node.module or "").partition(".")[0]}
    return set()


def _holds_files(folder):
    """Whether there is a file in it or below it, besides bytecode of files that are gone."""
    return any(path.is_file() and path.parent.name != "__pycache__" for path in folder.rglob("*"))
