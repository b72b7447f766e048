"""Every failpoint is in the list, is reached by the code, and is visited by a test of `tests/faults`."""

import re
from pathlib import Path

from moderation.process.failpoints import FAILPOINTS

ROOT = Path(__file__).parents[3]
WHOLE = ("intake.", "scoring.", "delivery.", "automation.", "learning.")
"""Groups that a test visits point by point from FAILPOINTS."""

REACH = re.compile(r'\breach\("([a-z_.]+)"\)')


def sources(*folders: str) -> str:
    return "".join(path.read_text("utf-8") for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def test_the_list_has_every_point_that_the_code_reaches():
    assert set(REACH.findall(sources("moderation", "worker", "service"))) == set(FAILPOINTS)


def test_a_process_is_killed_at_every_point():
    tests = sources("tests/faults")

    unvisited = [each for each in FAILPOINTS if not each.startswith(WHOLE) and f'"{each}"' not in tests]

    assert unvisited == []
