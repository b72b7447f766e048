"""Attributes the score of a head to the words of a text. The attributions sum to the contribution of all words."""

from typing import Final, NamedTuple

import numpy as np

from models.inference.linear_heads import WINDOW, Doubles, Sums, window_scales

MAX_WORDS: Final = 6


class Attribution(NamedTuple):
    """The words of a text that contribute most to a head.

    words: their indices in the text, strongest first. weights: the log-odds of each. others, rest: the number of
    all other words, and the sum of their log-odds. learned, rest_learned: what of `weights` and of `rest` the site's
    decisions taught.
    """

    words: list[int]
    weights: list[float]
    others: int
    rest: float
    learned: list[float]
    rest_learned: float


def strongest_words(
    sums: Sums, head: int, *, whole: float, peak: float, scales: Doubles | None = None, learned: Doubles | None = None
) -> list[Attribution]:
    """For each text, the words that contribute most to a head; ties are broken by position.

    whole, peak: the head's calibration factors of the two sums. scales: shape (n_texts,), how far the site of each
    text trusts these; learned: shape (n_words,), what its decisions taught about each word. None where no site's
    own line is in force.
    """
    weights, vectors = sums.words[:, head] * whole, sums.vectors[:, head] * peak
    windows = sums.windows[:, head]
    starts, ends = sums.starts.tolist(), sums.ends.tolist()
    lengths = sums.ends - sums.starts
    for start, end, scale in zip(starts, ends, window_scales(lengths).tolist(), strict=True):
        strongest = start + int(windows[start:end].argmax())
        inside = slice(strongest, min(strongest + WINDOW, end))
        weights[inside] += vectors[inside] * scale
    if scales is not None:
        weights *= scales.repeat(lengths)
    added = np.zeros(len(weights)) if learned is None else learned
    weights += added
    strengths = -np.abs(weights)
    totals = np.add.reduceat(weights, sums.starts).tolist()
    learned_totals = np.add.reduceat(added, sums.starts).tolist()
    attributions = []
    for start, end, total, learned_total in zip(starts, ends, totals, learned_totals, strict=True):
        words = strengths[start:end].argsort(kind="stable")[:MAX_WORDS]
        shown = weights[start:end].take(words).tolist()
        taught = added[start:end].take(words).tolist()
        others = max(0, end - start - MAX_WORDS)
        attributions.append(
            Attribution(words.tolist(), shown, others, total - sum(shown), taught, learned_total - sum(taught))
        )
    return attributions
