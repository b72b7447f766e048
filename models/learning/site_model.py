"""The weights of one site as they are stored and served."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from struct import Struct
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.learning.observation import SIGN_SCALE, SIGNS, Observation
from models.learning.reputation import NOBODY, Senders

_HEADER: Final = Struct("<4sddd3dHH")
_MAGIC: Final = b"RSM2"


class BadSiteModel(ValueError):
    """The bytes are no weights of this version."""


@dataclass(frozen=True)
class HeadModel:
    """One head: log-odds = scale * shipped + offset + trust * (sum of the words' and signs' weights).

    senders: how far a standing of each of `KINDS` is trusted; standing * trust is added too, see `Senders`.
    words: shape (n,), uint32, buckets, ascending. weights: shape (n,), float32, of these words.
    signs: shape (SIGNS,), float32, of `FEATURES`.
    """

    scale: float
    offset: float
    trust: float
    senders: tuple[float, ...]
    words: NDArray[np.uint32]
    weights: NDArray[np.float32]
    signs: NDArray[np.float32]

    @cached_property
    def sign_weights(self) -> list[float]:
        """What each of `FEATURES` adds to the log-odds for a value of 1."""
        weights: list[float] = (self.signs.astype(np.float64) * (SIGN_SCALE * self.trust)).tolist()
        return weights

    def word_weights(self, buckets: NDArray[np.integer]) -> NDArray[np.float64]:
        """What each of these words would add to the log-odds if it were the only one; 0 for words not learned."""
        if not len(self.words):
            return np.zeros(len(buckets))
        places = self.words.searchsorted(buckets)
        found = self.words.take(places, mode="clip") == buckets
        weights: NDArray[np.float64] = self.weights.take(places, mode="clip").astype(np.float64)
        weights *= found * self.trust
        return weights

    def log_odds(self, shipped: float, seen: Observation) -> float:
        """The site's log-odds of one text, for checks and tests: `Scorer` does the same for a batch."""
        return self.scale * shipped + self.offset + self.learned(seen)

    def learned(self, seen: Observation) -> float:
        """What the words and signs of one text add."""
        factors = seen.inputs().factors[: len(seen.words)]
        return float(factors @ self.word_weights(seen.words)) + float(seen.signs @ np.array(self.sign_weights))

    def to_bytes(self) -> bytes:
        """At most 128 KB."""
        numbers = (self.scale, self.offset, self.trust, *self.senders)
        header = _HEADER.pack(_MAGIC, *numbers, len(self.words), len(self.signs))
        arrays = (self.words.astype("<u4"), self.weights.astype("<f4"), self.signs.astype("<f4"))
        return header + b"".join(each.tobytes() for each in arrays)


class SiteModel(NamedTuple):
    """Both heads of one site, and who wrote there."""

    spam: HeadModel
    abuse: HeadModel
    senders: Senders = NOBODY

    @property
    def heads(self) -> tuple[HeadModel, HeadModel]:
        """Spam and abuse."""
        return self.spam, self.abuse

    def to_bytes(self) -> bytes:
        """One head after the other, then the senders. Equal weights give equal bytes."""
        return self.spam.to_bytes() + self.abuse.to_bytes() + self.senders.to_bytes()

    def from_sender(self, keys: Sequence[int]) -> list[tuple[int, float, float]]:
        """What is known of a sender: the number of each of `KINDS`, and what it adds to spam and to abuse.

        keys: as `sender_keys` gives them.
        """
        known = self.senders.known
        found = [(kind, known[key]) for kind, key in enumerate(keys) if key in known]
        return [
            (kind, self.spam.senders[kind] * spam, self.abuse.senders[kind] * abuse) for kind, (spam, abuse) in found
        ]

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Raises BadSiteModel for bytes of another version, or that are damaged."""
        spam, rest = _head_from(stored)
        abuse, rest = _head_from(rest)
        try:
            senders, rest = Senders.from_bytes(rest)
        except ValueError:
            raise BadSiteModel("The weights are shorter than they say.") from None
        if rest:
            raise BadSiteModel("The weights are longer than they say.")
        return cls(spam, abuse, senders)


def _head_from(stored: bytes) -> tuple[HeadModel, bytes]:
    if len(stored) < _HEADER.size:
        raise BadSiteModel("The weights are shorter than they say.")
    magic, scale, offset, trust, *senders, n_words, n_signs = _HEADER.unpack_from(stored)
    if magic != _MAGIC or n_signs != SIGNS:
        raise BadSiteModel("The weights are of another version of Rejoinder.")
    ends = np.cumsum([_HEADER.size, 4 * n_words, 4 * n_words, 4 * n_signs]).tolist()
    if len(stored) < ends[-1]:
        raise BadSiteModel("The weights are shorter than they say.")
    words, weights, signs = (
        np.frombuffer(stored[start:end], dtype)
        for start, end, dtype in zip(ends, ends[1:], ("<u4", "<f4", "<f4"), strict=False)
    )
    return HeadModel(scale, offset, trust, tuple(senders), words, weights, signs), stored[ends[-1] :]
