"""From words to numbers: the character n-grams of a word, pairs of words, and which bucket each falls into.

Nothing reaches across a word but pairs, so the score of a text is a sum of one row per word and one per pair.
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
_STEP = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def word_hash(word: str) -> int:
    """A 32-bit hash that names a word in pairs, known or not."""
    return crc32(word.encode("utf-8", "surrogatepass"))


def gram_buckets(words: Sequence[str]) -> tuple[Ints, Ints]:
    """The buckets of all 2- to 5-grams of each word padded with a space on both sides (scikit-learn's char_wb).

    Returns the buckets of all words in one array, and for each bucket the number of its word in `words`.
    """
    codes = np.frombuffer(" ".join(["", *words, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(
        np.uint64
    )
    lengths = np.fromiter((len(word) for word in words), dtype=np.int64, count=len(words))
    firsts = np.concatenate(([0], np.cumsum(lengths + 1)))[:-1]
    owner = np.repeat(np.arange(len(words)), lengths + 1)
    left = np.repeat(firsts + lengths + 2, lengths + 1) - np.arange(len(owner))  # code points up to the closing space
    buckets, owners = [], []
    rolling = codes.copy()
    for size in range(_SHORTEST, _LONGEST + 1):
        rolling = rolling[:-1] * _STEP + codes[size - 1 :]
        inside = np.flatnonzero(left[: len(rolling)] >= size)
        buckets.append(_bucket(rolling[inside] + np.uint64(size), GRAM_BITS))
        owners.append(owner[inside])
    return np.concatenate(buckets), np.concatenate(owners)


def pair_buckets(first: Hashes, second: Hashes) -> Ints:
    """The bucket of each ordered pair of words, by their hashes."""
    return _bucket((first * _STEP) ^ (second << np.uint64(17)), PAIR_BITS)


def _bucket(hashes: Hashes, bits: int) -> Ints:
    mixed = (hashes ^ (hashes >> np.uint64(29))) * _MIX
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIX
    return (mixed >> np.uint64(64 - bits)).astype(np.int64)
