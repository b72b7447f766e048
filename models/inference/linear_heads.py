"""Sums word and pair weights over each text and over its strongest window, for all labels at first."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.artifact import Artifact
from models.features.ngrams import PAIR_BITS, Hashes, Ints, pair_buckets

WINDOW: Final = 8
Doubles = NDArray[np.float64]

_SCALES: Final = 1.0 / np.sqrt(np.maximum(1, np.arange(WINDOW + 1)))


class Sums(NamedTuple):
    """The sums of a batch of texts, whose words are concatenated; starts and ends delimit the texts.

    words: shape (n_words, n_labels), what each word adds to the sum of its text; 0 for a repeated word.
    whole: shape (n_texts, n_labels), the sum of each text.
    vectors: shape (n_words, n_labels), what each word adds to a window.
    windows: shape (n_words, n_labels), the sum of the window that starts at each word.
    peak: shape (n_texts, n_labels), the scaled sum of the strongest window of each text.
    distinct: shape (n_words,), whether each word is the first of its kind in its text.
    """

    words: Doubles
    whole: Doubles
    vectors: Doubles
    windows: Doubles
    peak: Doubles
    starts: Ints
    ends: Ints
    distinct: NDArray[np.bool_]


def sum_words(artifact: Artifact, word_ids: Ints, vectors: Doubles, hashes: Hashes, lengths: Ints) -> Sums:
    """Sum the vectors of texts. lengths: words per text, none of them 0.

    The sum of a text counts each distinct word and each distinct pair once, and divides each of the two sums by the
    square root of its number of terms.
    """
    ends = lengths.cumsum()
    starts = ends - lengths
    last = ends - 1  # the last word of a text starts no pair
    buckets = pair_buckets(hashes, np.concatenate((hashes[1:], hashes[:1])))
    pairs = artifact.pair_weights.take(buckets, axis=0).astype(np.float64)
    pairs[last] = 0.0
    first = _first_occurrences(word_ids, buckets, lengths)
    distinct = first[0] > 0
    first[1].put(last, 0.0)
    first /= np.sqrt(np.maximum(1.0, np.add.reduceat(first, starts, axis=1))).repeat(lengths, axis=1)
    words = vectors * first[0][:, None]
    words += pairs * first[1][:, None]
    joined = vectors + pairs
    windows = _windows(joined, ends.repeat(lengths))
    return Sums(
        words=words,
        whole=np.add.reduceat(words, starts, axis=0),
        vectors=joined,
        windows=windows,
        peak=np.maximum.reduceat(windows, starts, axis=0) * window_scales(lengths)[:, None],
        starts=starts,
        ends=ends,
        distinct=distinct,
    )


def window_scales(lengths: Ints) -> Doubles:
    """The factor of a window's sum for texts of these lengths: one over the root of its number of words."""
    return _SCALES.take(lengths, mode="clip")


def _first_occurrences(word_ids: Ints, buckets: Ints, lengths: Ints) -> Doubles:
    """Shape (2, n_words): for each word, and for each pair, 1 at its first occurrence in the text and 0 at others.

    Raises OverflowError if text, key and position do not fit into 64 bits.
    """
    count, width = len(word_ids), max(1 << PAIR_BITS, int(word_ids.max()) + 1)
    bits = (2 * count).bit_length()
    if 2 * width * len(lengths) << bits >= 1 << 63:
        raise OverflowError(f"{count:,} words are too many for one batch: use fewer texts")
    texts = np.arange(0, 2 * width * len(lengths), 2 * width).repeat(lengths)
    keyed = np.concatenate((texts + word_ids, texts + width + buckets)) << bits
    keyed += np.arange(2 * count)  # sorting these sorts by text, key and position without an argsort
    keyed.sort()
    keys = keyed >> bits
    first = np.ones((2, count))
    first.put(keyed[1:] & ((1 << bits) - 1), keys[1:] != keys[:-1])
    return first


def _windows(vectors: Doubles, ends: Ints) -> Doubles:
    """For each word, the sum of the window that starts there, cut at the end of its text; shape of `vectors`."""
    sums = np.zeros((len(vectors) + 1, vectors.shape[1]))
    vectors.cumsum(axis=0, out=sums[1:])
    stops = np.minimum(np.arange(WINDOW, len(vectors) + WINDOW), ends)
    return sums.take(stops, axis=0) - sums[:-1]
