"""The sums behind every score: over a whole text, and over its most telling window, for all labels at once."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.artifact import Artifact
from models.features.ngrams import PAIR_BITS, Hashes, Ints, pair_buckets

WINDOW: Final = 8
Doubles = NDArray[np.float64]

_SHARES: Final = 1.0 / np.sqrt(np.maximum(1, np.arange(WINDOW + 1)))


class Sums(NamedTuple):
    """What a batch of texts adds up to. All texts' words stand in one array; starts and ends cut it.

    words: shape (n_words, n_labels), what each word adds to its text's whole sum; a repeated word adds nothing.
    whole: shape (n_texts, n_labels). rows: shape (n_words, n_labels), what a window adds up. windows: the same shape,
    the sum of the window that begins at each word. peak: shape (n_texts, n_labels), the share of the largest one.
    """

    words: Doubles
    whole: Doubles
    rows: Doubles
    windows: Doubles
    peak: Doubles
    starts: Ints
    ends: Ints


def add_up(artifact: Artifact, numbers: Ints, rows: Doubles, hashes: Hashes, lengths: Ints) -> Sums:
    """Add up the rows of texts with these lengths, none of them 0.

    A text's whole sum counts each distinct word and each distinct pair once, over the root of how many there are.
    """
    ends = lengths.cumsum()
    starts = ends - lengths
    last = ends - 1  # the last word of a text is the first of no pair
    buckets = pair_buckets(hashes, np.concatenate((hashes[1:], hashes[:1])))
    pairs = artifact.pairs.take(buckets, axis=0).astype(np.float64)
    pairs[last] = 0.0
    once = _once(numbers, buckets, lengths)
    once[1].put(last, 0.0)
    once /= np.sqrt(np.maximum(1.0, np.add.reduceat(once, starts, axis=1))).repeat(lengths, axis=1)
    words = rows * once[0][:, None]
    words += pairs * once[1][:, None]
    joined = rows + pairs
    windows = _windows(joined, ends.repeat(lengths))
    return Sums(
        words=words,
        whole=np.add.reduceat(words, starts, axis=0),
        rows=joined,
        windows=windows,
        peak=np.maximum.reduceat(windows, starts, axis=0) * window_shares(lengths)[:, None],
        starts=starts,
        ends=ends,
    )


def window_shares(lengths: Ints) -> Doubles:
    """For texts of these lengths, what a window's sum counts: one over the root of how many words it has."""
    return _SHARES.take(lengths, mode="clip")


def _once(numbers: Ints, buckets: Ints, lengths: Ints) -> Doubles:
    """Shape (2, n_words): 1 for each word, and for each pair, that its text did not have before; 0 where it repeats.

    Raises OverflowError for so many texts that text, key and place do not fit into one number.
    """
    count, width = len(numbers), max(1 << PAIR_BITS, int(numbers.max()) + 1)
    bits = (2 * count).bit_length()
    if 2 * width * len(lengths) << bits >= 1 << 63:
        raise OverflowError(f"{count:,} words are too many to add up at once: take fewer texts")
    texts = np.arange(0, 2 * width * len(lengths), 2 * width).repeat(lengths)
    placed = np.concatenate((texts + numbers, texts + width + buckets)) << bits
    placed += np.arange(2 * count)  # sorts by text, key and place, without an argsort
    placed.sort()
    keys = placed >> bits
    once = np.ones((2, count))
    once.put(placed[1:] & ((1 << bits) - 1), keys[1:] != keys[:-1])
    return once


def _windows(rows: Doubles, ends: Ints) -> Doubles:
    """For each word, the sum of the window that begins there and stops where its text ends; shape of `rows`."""
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    rows.cumsum(axis=0, out=sums[1:])
    stops = np.minimum(np.arange(WINDOW, len(rows) + WINDOW), ends)
    return sums.take(stops, axis=0) - sums[:-1]
