"""Which words of each text moved a head most; with the rest of the words their weights sum to what all words add."""

from typing import Final, NamedTuple

import numpy as np

from models.inference.linear_heads import WINDOW, Sums, window_shares

SHOWN: Final = 6


class Attribution(NamedTuple):
    """The words that moved one head of one text most.

    places: which of the text's words, strongest first. weights: the log-odds of each. others, rest: how many more
    words there are, and what they add together.
    """

    places: list[int]
    weights: list[float]
    others: int
    rest: float


def strongest_words(sums: Sums, head: int, *, whole: float, peak: float) -> list[Attribution]:
    """For each text, the words that moved this head, in its whole sum and in its loudest window, the first of equals.

    whole, peak: what the head's curve multiplies the two sums with.
    """
    weights, rows = sums.words[:, head] * whole, sums.rows[:, head] * peak
    windows = sums.windows[:, head]
    starts, ends = sums.starts.tolist(), sums.ends.tolist()
    shares = window_shares(sums.ends - sums.starts).tolist()
    for start, end, share in zip(starts, ends, shares, strict=True):
        loudest = start + int(windows[start:end].argmax())
        inside = slice(loudest, min(loudest + WINDOW, end))
        weights[inside] += rows[inside] * share
    strengths = -np.abs(weights)
    totals = np.add.reduceat(weights, sums.starts).tolist()
    moved = []
    for start, end, total in zip(starts, ends, totals, strict=True):
        places = strengths[start:end].argsort(kind="stable")[:SHOWN]
        shown = weights[start:end].take(places).tolist()
        moved.append(Attribution(places.tolist(), shown, max(0, end - start - SHOWN), total - sum(shown)))
    return moved
