"""Attributes the score of a head to the words of a text. The attributions sum to the contribution of all words."""

from typing import Final, NamedTuple

import numpy as np

from models.inference.linear_heads import WINDOW, Sums, window_scales

MAX_WORDS: Final = 6


class Attribution(NamedTuple):
    """The words of a text that contribute most to a head.

    words: their indices in the text, strongest first. weights: the log-odds of each. others, rest: the number of
    all other words, and the sum of their log-odds.
    """

    words: list[int]
    weights: list[float]
    others: int
    rest: float


def strongest_words(sums: Sums, head: int, *, whole: float, peak: float) -> list[Attribution]:
    """For each text, the words that contribute most to a head; ties are broken by position.

    whole, peak: the head's calibration factors of the two sums.
    """
    weights, vectors = sums.words[:, head] * whole, sums.vectors[:, head] * peak
    windows = sums.windows[:, head]
    starts, ends = sums.starts.tolist(), sums.ends.tolist()
    scales = window_scales(sums.ends - sums.starts).tolist()
    for start, end, scale in zip(starts, ends, scales, strict=True):
        strongest = start + int(windows[start:end].argmax())
        inside = slice(strongest, min(strongest + WINDOW, end))
        weights[inside] += vectors[inside] * scale
    strengths = -np.abs(weights)
    totals = np.add.reduceat(weights, sums.starts).tolist()
    attributions = []
    for start, end, total in zip(starts, ends, totals, strict=True):
        words = strengths[start:end].argsort(kind="stable")[:MAX_WORDS]
        shown = weights[start:end].take(words).tolist()
        attributions.append(Attribution(words.tolist(), shown, max(0, end - start - MAX_WORDS), total - sum(shown)))
    return attributions
