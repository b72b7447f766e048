"""How the processor time of a function grows with the length of its text."""

import time
from collections.abc import Callable


def growth(work: Callable[[str], object], part: str, *, count: int = 2_000) -> float:
    """The factor by which the time grows when the text is four times as long: about 4 if linear, 16 if quadratic.

    The smallest of three factors: other programs may disturb one. Each has texts of its own, so that no cache helps.
    """
    return min(_cost(work, part * 4 * size) / _cost(work, part * size) for size in range(count, count + 3))


def _cost(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
