"""Hashes character n-grams of words, and pairs of adjacent words, into buckets.

Only pairs cross word boundaries, so the score of a text is a sum of one vector per word and one per pair.
"""

from collections.abc import Sequence
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

GRAM_BITS: Final = 18
PAIR_BITS: Final = 18
_SHORTEST, _LONGEST = 2, 5
_SIZES = np.arange(_SHORTEST, _LONGEST + 1)[:, None]
_STEP = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def word_hash(word: str) -> int:
    """A 32-bit hash that stands for a word in pairs, whether it is in the vocabulary or not."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def gram_buckets(words: Sequence[str]) -> tuple[Ints, Ints]:
    """The buckets of all 2- to 5-grams of each word padded with a space on both sides (scikit-learn's char_wb).

    Returns the buckets of all words in one array, and for each bucket the index of its word in `words`.
    """
    raw = " ".join(["", *words, ""]).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(raw, dtype=np.uint32).astype(np.uint64)
    steps = np.array([len(word) + 1 for word in words], dtype=np.int64)  # including the space before the word
    places = np.arange(len(codes) - 1)
    grams = np.empty((len(_SIZES), len(places)), dtype=np.uint64)
    rolling = codes
    for size, row in enumerate(grams, start=_SHORTEST):
        rolling = rolling[:-1] * _STEP + codes[size - 1 :]
        np.add(rolling, np.uint64(size), out=row[: len(rolling)])
    inside = places + _SIZES <= steps.cumsum().repeat(steps) + 1  # up to the space after the word
    owners = np.arange(len(words)).repeat(steps).take(inside.nonzero()[1])
    return _bucket(grams[inside], GRAM_BITS), owners


def grams_by_word(words: Sequence[str]) -> tuple[Ints, Ints]:
    """The buckets of the n-grams of words, word by word, and the place at which those of each word start."""
    buckets, owners = gram_buckets(words)
    order = owners.argsort(kind="stable")
    return buckets.take(order), owners.take(order).searchsorted(np.arange(len(words)))


def pair_buckets(first: Hashes, second: Hashes) -> Ints:
    """The bucket of each ordered pair of words, by their hashes."""
    mixed = first * _STEP
    mixed ^= second << np.uint64(17)
    return _bucket(mixed, PAIR_BITS)


def _bucket(mixed: Hashes, bits: int) -> Ints:
    """Reduce hashes to `bits` bits, in place."""
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIX
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)
