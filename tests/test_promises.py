"""docs/promises.md names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = [
    (promise.strip(), re.findall(r"`(tests/[^`]*)`", tests))
    for promise, tests in re.findall(
        r"^\| ([^|]*\.) \| (.*) \|$", (ROOT / "docs/promises.md").read_text("utf-8"), re.MULTILINE
    )
]


def test_every_row_has_a_promise_and_a_test():
    table_rows = re.findall(r"^\| (?!promise )", (ROOT / "docs/promises.md").read_text("utf-8"), re.MULTILINE)

    assert len(ROWS) == len(table_rows) > 30
    assert [promise for promise, tests in ROWS if not tests] == []


@pytest.mark.parametrize("name", sorted({test for _, tests in ROWS for test in tests}))
def test_each_named_test_exists(name: str):
    path, _, function = name.partition("::")

    tree = ast.parse((ROOT / path).read_text("utf-8"))

    assert function in [each.name for each in tree.body if isinstance(each, ast.FunctionDef)]
