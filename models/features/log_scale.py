"""Counts as levels in [0, 1], which grow with the logarithm: the second link tells more than the twentieth."""

import math

_DOUBLINGS = 6.0
_LEVEL = tuple(math.log2(1 + n) / _DOUBLINGS for n in range(64))


def level(count: int) -> float:
    """The level of a count of 0 or more; 1.0 from 63 on."""
    return _LEVEL[count] if count < 64 else 1.0


def count_at(value: float) -> int:
    """The count whose level this is."""
    return round(2 ** (value * _DOUBLINGS) - 1)
