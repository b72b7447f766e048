"""The passages of texts, for erasing their sketches. numpy is imported only when there is something to erase."""

from collections.abc import Collection, Sequence


def passages_of(bodies: Sequence[str]) -> Collection[int]:
    """The passages of these bodies; see `models/near_duplicates.py`."""
    from models.near_duplicates import passages_of

    return passages_of(bodies)
