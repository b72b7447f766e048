"""The sums behind every score: over a whole text, and over its most telling window, for all labels at once."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.artifact import Artifact
from models.features import Hashes, Ints, pair_buckets

WINDOW: Final = 8
Doubles = NDArray[np.float64]

_SHARES: Final = 1.0 / np.sqrt(np.maximum(1, np.arange(WINDOW + 1)))


class Sums(NamedTuple):
    """What a batch of texts adds up to. All texts' words stand in one array; starts and ends cut it.

    words: shape (n_words, n_labels), what each word adds to its text's whole sum; a repeated word adds nothing.
    whole: shape (n_texts, n_labels). windows: shape (n_words, n_labels), the window that begins at each word.
    peak: shape (n_texts, n_labels), the largest window. rows: shape (n_words, n_labels), a window's parts.
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
    owners = np.arange(len(lengths)).repeat(lengths)
    across = ends[:-1] - 1  # the last word of a text and the first of the next are no pair
    buckets = pair_buckets(hashes[:-1], hashes[1:])
    pairs = artifact.pairs.take(buckets, axis=0).astype(np.float64)
    pairs[across] = 0.0
    once = _once(np.concatenate((numbers, buckets)), _groups(owners, across, len(lengths)))[:, None]
    words = rows * once[: len(rows)]
    words[:-1] += pairs * once[len(rows) :]
    joined = rows.copy()
    joined[:-1] += pairs
    windows = _windows(joined, ends, lengths, owners)
    return Sums(
        words=words,
        whole=np.add.reduceat(words, starts, axis=0),
        rows=joined,
        windows=windows,
        peak=np.maximum.reduceat(windows, starts, axis=0),
        starts=starts,
        ends=ends,
    )


def window_shares(lengths: Ints) -> Doubles:
    """For texts of these lengths, what a window's sum counts: one over the root of how many words it has."""
    return _SHARES.take(lengths, mode="clip")


def _groups(owners: Ints, across: Ints, texts: int) -> Ints:
    """Whose words and whose pairs repeat one another: each text's words, each text's pairs, and pairs of no text."""
    pairs = owners[:-1] + texts
    pairs[across] = 2 * texts
    return np.concatenate((owners, pairs))


def _once(keys: Ints, groups: Ints) -> Doubles:
    """For each key one over the root of its group's distinct keys; 0 where it repeats an earlier one.

    Raises OverflowError for so many texts that group, key and place do not fit into one number.
    """
    count, width = len(keys), int(keys.max()) + 1
    if (int(groups.max()) + 1) * width * count > np.iinfo(np.int64).max:
        raise OverflowError(f"{count:,} words and pairs are too many to add up at once: take fewer texts")
    placed = (groups * width + keys) * count + np.arange(count)  # sorts by group, key and place, without an argsort
    placed.sort()
    ordered = placed // count
    new = np.ones(count)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    scale = np.empty(count)
    scale[placed - ordered * count] = new
    distinct = np.bincount(groups, weights=scale)
    return np.asarray(scale / np.sqrt(distinct)[groups])


def _windows(rows: Doubles, ends: Ints, lengths: Ints, owners: Ints) -> Doubles:
    """For each word, the scaled sum of the window that begins there and stays in its text; shape of `rows`."""
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    rows.cumsum(axis=0, out=sums[1:])
    stops = np.minimum(np.arange(WINDOW, len(rows) + WINDOW), ends[owners])
    return np.asarray((sums[stops] - sums[:-1]) * window_shares(lengths)[owners][:, None])
