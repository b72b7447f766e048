"""Waiting for a condition, never for a duration."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LIMIT_S = 300
"""The longest that a test waits for one thing; even on a busy machine only a failure takes as long.

The timeout of pytest, in pyproject.toml, is several times this: the wait fails first and says what it waited for.
"""


def eventually(look: Callable[[], T], *, within_s: float = LIMIT_S) -> T:
    """The first true result of `look`. Fails when there is none within the limit."""
    deadline, pause_s = time.monotonic() + within_s, 0.001
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {getattr(look, '__name__', look)}"
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, 0.05)
    return found
