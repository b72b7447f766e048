"""Scales counts to [0, 1] logarithmically: the second link matters more than the twentieth."""

import math

COUNT, SHARE, FLAG = "count", "share", "flag"
"""What a feature's value means: the level of a count, a share in [0, 1], or 1 for yes."""

_DOUBLINGS = 6.0
_LEVEL = tuple(math.log2(1 + n) / _DOUBLINGS for n in range(64))


def log_level(count: int) -> float:
    """Scale a count of 0 or more; 63 and more give 1.0."""
    return _LEVEL[count] if count < 64 else 1.0


def count_from_level(value: float) -> int:
    """The inverse of `log_level`."""
    return round(2 ** (value * _DOUBLINGS) - 1)
