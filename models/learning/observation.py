"""What a site's learner sees of a text: the shipped model's log-odds, hashes of its words, and its signs."""

from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.features.submission import FEATURES

BUCKETS: Final = 1 << 18
"""Words share this many weights. So few that a hash alone does not tell which of several words was written."""

SIGNS: Final = len(FEATURES)
ROWS: Final = BUCKETS + SIGNS
"""The weights of a head: one for each bucket of words, then one for each of `FEATURES`."""

SIGN_SCALE: Final = 0.2
"""A sign moves less than a word: it is in many more texts."""

_WORDS, _SIGNS = np.dtype("<u4"), np.dtype([("sign", "u1"), ("value", "<f4")])


class Observation(NamedTuple):
    """One text. spam, abuse: the shipped log-odds.

    words: shape (n,), uint32, the buckets of its distinct words, ascending; two words may share one.
    signs: shape (SIGNS,), float32, the values of `FEATURES`.
    """

    spam: float
    abuse: float
    words: NDArray[np.uint32]
    signs: NDArray[np.float32]

    @classmethod
    def from_bytes(cls, spam: float, abuse: float, words: bytes, signs: bytes) -> Self:
        """An observation as it was stored."""
        values, kept = np.zeros(SIGNS, np.float32), np.frombuffer(signs, _SIGNS)
        values[kept["sign"]] = kept["value"]
        return cls(spam, abuse, np.frombuffer(words, _WORDS), values)

    def words_as_bytes(self) -> bytes:
        """The words, four bytes each."""
        return self.words.astype(_WORDS).tobytes()

    def signs_as_bytes(self) -> bytes:
        """The signs that are not 0, five bytes each."""
        shown = self.signs.nonzero()[0]
        kept = np.empty(len(shown), _SIGNS)
        kept["sign"], kept["value"] = shown, self.signs[shown]
        return kept.tobytes()

    def inputs(self) -> "Inputs":
        """The rows of the weights that the text has, and the factor of each."""
        shown = self.signs.nonzero()[0]
        factors = np.empty(len(self.words) + len(shown))
        factors[: len(self.words)] = word_factor(len(self.words))
        factors[len(self.words) :] = SIGN_SCALE * self.signs[shown]
        return Inputs(np.concatenate((self.words.astype(np.int64), BUCKETS + shown)), factors)


class Inputs(NamedTuple):
    """Sparse inputs of the learner. rows: shape (n,), in [0, ROWS), may repeat; factors: shape (n,)."""

    rows: NDArray[np.int64]
    factors: NDArray[np.float64]


def word_factor(distinct: int) -> float:
    """The factor of each word of a text with so many distinct words: long texts weigh no more than short ones."""
    return float(max(1, distinct) ** -0.5)


def bucket_of(word_hash: int) -> int:
    """The bucket of a word, by its hash (`models.features.ngrams.word_hash`)."""
    return word_hash & (BUCKETS - 1)
