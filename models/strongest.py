"""Which words of each text moved a head most; with the rest of the words their weights sum to what all words add."""

from typing import Final, NamedTuple

import numpy as np

from models.features import Ints
from models.heads import WINDOW, Doubles, Sums

SHOWN: Final = 6


class Moved(NamedTuple):
    """The words that moved one head of one text most.

    places: which of the text's words, strongest first. weights: the log-odds of each. others, rest: how many more
    words there are, and what they add together.
    """

    places: list[int]
    weights: list[float]
    others: int
    rest: float


def strongest_words(sums: Sums, head: int, *, whole: float, peak: float) -> list[Moved]:
    """For each text the words that moved a head, in its whole sum and in its loudest window.

    whole, peak: what the head's curve multiplies the two sums with.
    """
    lengths = sums.ends - sums.starts
    weights = sums.words[:, head] * whole
    window, shares = _loudest(sums, head, lengths)
    weights[window] += sums.rows[window, head] * (peak * shares)
    order = _strongest_first(weights, lengths)
    shown = order[np.minimum(sums.starts[:, None] + np.arange(SHOWN), len(order) - 1)]
    places, sizes = (shown - sums.starts[:, None]).tolist(), weights[shown].tolist()
    totals = np.add.reduceat(weights, sums.starts).tolist()
    return [
        Moved(of[:count], size[:count], max(0, count - SHOWN), total - sum(size[:count]))
        for of, size, count, total in zip(places, sizes, lengths.tolist(), totals, strict=True)
    ]


def _loudest(sums: Sums, head: int, lengths: Ints) -> tuple[Ints, Doubles]:
    """The words of each text's loudest window, the first one of equals; and the share of it that each adds."""
    loud = np.flatnonzero(sums.windows[:, head] == sums.peak[:, head].repeat(lengths))
    tops = loud[np.searchsorted(loud, sums.starts)]
    sizes = np.minimum(WINDOW, sums.ends - tops)
    inside = np.arange(sizes.sum()) + (tops - sizes.cumsum() + sizes).repeat(sizes)
    return inside, (1.0 / np.sqrt(np.minimum(lengths, WINDOW))).repeat(sizes)


def _strongest_first(weights: Doubles, lengths: Ints) -> Ints:
    """All words text by text, those of each text by how far they move the head."""
    by_size = np.abs(weights).argsort(kind="stable")[::-1]
    owners = np.arange(len(lengths), dtype=np.uint16).repeat(lengths)  # numpy sorts 16 bits by counting
    return np.asarray(by_size[owners[by_size].argsort(kind="stable")])
