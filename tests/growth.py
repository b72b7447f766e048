"""How work grows with the length of a text, by the time of the processor: other programs do not lengthen that."""

import time
from collections.abc import Callable


def growth(work: Callable[[str], object], part: str, *, count: int = 2_000) -> float:
    """What four times as many parts cost: about 4 times as much when work is linear, 16 times when it is quadratic.

    The least of three tries: one may be disturbed. Each has texts of its own: what is remembered costs nothing.
    """
    return min(_cost(work, part * 4 * size) / _cost(work, part * size) for size in range(count, count + 3))


def _cost(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
