"""Which words of each text moved a head most; with the rest of the words their weights sum to what all words add."""

from collections.abc import Sequence
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


def strongest_words(sums: Sums, heads: Sequence[int], *, whole: Doubles, peak: Doubles) -> list[list[Moved]]:
    """For each of these heads, for each text, the words that moved it, in its whole sum and in its loudest window.

    whole, peak: shape (n_labels,), what each head's curve multiplies the two sums with.
    """
    texts, words = len(sums.starts), len(sums.words)
    lengths = np.tile(sums.ends - sums.starts, len(heads))
    starts = np.concatenate([sums.starts + words * n for n in range(len(heads))])
    weights = (sums.words[:, heads] * whole[heads]).ravel(order="F")  # one head after the other
    window, shares = _loudest(
        sums.windows[:, heads].ravel(order="F"), sums.peak[:, heads].ravel(order="F"), starts, lengths
    )
    weights[window] += (sums.rows[:, heads] * peak[heads]).ravel(order="F")[window] * shares
    order = np.lexsort((-np.abs(weights), np.arange(len(lengths)).repeat(lengths)))
    shown = order[np.minimum(starts[:, None] + np.arange(SHOWN), len(order) - 1)]
    places, sizes = (shown - starts[:, None]).tolist(), weights[shown].tolist()
    totals = np.add.reduceat(weights, starts).tolist()
    moved = [
        Moved(of[:count], size[:count], max(0, count - SHOWN), total - sum(size[:count]))
        for of, size, count, total in zip(places, sizes, lengths.tolist(), totals, strict=True)
    ]
    return [moved[at : at + texts] for at in range(0, len(moved), texts)]


def _loudest(windows: Doubles, peaks: Doubles, starts: Ints, lengths: Ints) -> tuple[Ints, Doubles]:
    """The words of each text's loudest window, the first one of equals; and the share of it that each adds."""
    loud = np.flatnonzero(windows == peaks.repeat(lengths))
    tops = loud[np.searchsorted(loud, starts)]
    sizes = np.minimum(WINDOW, starts + lengths - tops)
    inside = np.arange(sizes.sum()) + (tops - sizes.cumsum() + sizes).repeat(sizes)
    return inside, (1.0 / np.sqrt(np.minimum(lengths, WINDOW))).repeat(sizes)
