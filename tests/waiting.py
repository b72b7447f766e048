"""Waiting on a condition, never on a duration."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, within_s: float = 60) -> T:
    """What `look` returns as soon as that is true of it. Fails when it never is."""
    deadline, pause_s = time.monotonic() + within_s, 0.001
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {getattr(look, '__name__', look)}"
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, 0.05)
    return found
