"""What moderators decided before about those who write: authors, the domains of their websites, and networks.

Only keyed hashes come here. Counts halve in HALF_LIFE, so what somebody did long ago is forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from struct import Struct
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

KINDS: Final = ("author", "domain", "network")
HALF_LIFE_S: Final = 180 * 86_400.0
LEAST: Final = -0.5
"""No standing is better, in log-odds: a good one can be had by sending harmless comments, so it says little."""

MOST: Final = 3.0
"""No standing is worse."""

MOST_SENDERS: Final = 2_000
"""So many of a site are served, those with the most telling standings: 24 KB."""

_PRIOR: Final = 2.0
"""Each sender begins as if so many decisions had been as usual on the site."""

_MASK: Final = (1 << 64) - 1
_COUNT: Final = Struct("<H")
_SENDER: Final = np.dtype([("key", "<u4"), ("spam", "<f4"), ("abuse", "<f4")])


def sender_keys(author: Sequence[int]) -> list[int]:
    """What an author, a domain and a network are found by, 32 bits each; 0 for what is not known.

    author: a keyed hash of each of KINDS, as `Author` without its order: e-mail, network, domain.
    """
    email, network, domain = author
    return [_key(kind, known) for kind, known in enumerate((email, domain, network))]


def _key(kind: int, known: int) -> int:
    if not known:
        return 0
    mixed = (known * len(KINDS) + kind) * 0x9E3779B97F4A7C15 & _MASK
    return max(1, (mixed ^ mixed >> 29) * 0xBF58476D1CE4E5B9 >> 32 & 0xFFFFFFFF)


class Tally(NamedTuple):
    """Decisions for one head, each as much as is left of it. at: seconds, to which they were last brought."""

    approved: float
    rejected: float
    at: float

    def brought_to(self, at: float) -> "Tally":
        """What is left of it at a later time."""
        left = 0.5 ** (max(0.0, at - self.at) / HALF_LIFE_S)
        return Tally(self.approved * left, self.rejected * left, max(at, self.at))

    def add(self, *, unwanted: bool, weight: float) -> "Tally":
        """With one more decision."""
        return Tally(self.approved + weight * (not unwanted), self.rejected + weight * unwanted, self.at)


class Reputations:
    """The standings of all who wrote on a site, for one head; a function of the decisions in their order."""

    def __init__(self) -> None:
        self._known: dict[int, Tally] = {}
        self._all = Tally(0.0, 0.0, 0.0)

    def standings(self, keys: Sequence[int], at: float) -> list[float]:
        """Of each of KINDS: how much more often than usual here they were rejected, in log-odds.

        keys: as `sender_keys` gives them.
        """
        return [self._standing(key, at) for key in keys]

    def note(self, keys: Sequence[int], at: float, *, unwanted: bool, weight: float = 1.0) -> None:
        """One decision. weight: in [0, 1]."""
        self._all = self._all.brought_to(at).add(unwanted=unwanted, weight=weight)
        for key in filter(None, keys):
            tally = self._known.get(key, Tally(0.0, 0.0, at)).brought_to(at)
            self._known[key] = tally.add(unwanted=unwanted, weight=weight)

    def all_standings(self) -> dict[int, float]:
        """Of each who wrote, at the time of the last decision."""
        return {key: self._standing(key, self._all.at) for key in self._known}

    def _standing(self, key: int, at: float) -> float:
        tally = self._known.get(key)
        if tally is None:
            return 0.0
        approved, rejected = self._usual()
        known = tally.brought_to(at)
        odds = log((known.rejected + _PRIOR * rejected) / (known.approved + _PRIOR * approved))
        return max(LEAST, min(MOST, odds - log(rejected / approved)))

    def _usual(self) -> tuple[float, float]:
        """The shares of what is approved and of what is rejected on the site."""
        total = self._all.approved + self._all.rejected + 2.0
        return (self._all.approved + 1.0) / total, (self._all.rejected + 1.0) / total


@dataclass(frozen=True)
class Senders:
    """The standings that are served. table: keys ascending, with the standing for spam and for abuse."""

    table: NDArray[np.void]

    @classmethod
    def of(cls, spam: Mapping[int, float], abuse: Mapping[int, float]) -> Self:
        """Of what both heads know; the strongest ones where there are too many."""
        standings = {key: (spam.get(key, 0.0), abuse.get(key, 0.0)) for key in spam.keys() | abuse.keys()}
        strongest = sorted(standings, key=lambda key: (-max(map(abs, standings[key])), key))[:MOST_SENDERS]
        return cls(np.array([(key, *standings[key]) for key in sorted(strongest)], _SENDER))

    @cached_property
    def known(self) -> dict[int, tuple[float, float]]:
        """The standings for spam and abuse, by key."""
        return {key: (spam, abuse) for key, spam, abuse in self.table.tolist()}

    def to_bytes(self) -> bytes:
        """Equal standings give equal bytes."""
        return _COUNT.pack(len(self.table)) + self.table.tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> tuple[Self, bytes]:
        """Also returns what follows. Raises ValueError for bytes that are too short."""
        if len(stored) < _COUNT.size:
            raise ValueError("too short")
        end = _COUNT.size + _COUNT.unpack_from(stored)[0] * _SENDER.itemsize
        if len(stored) < end:
            raise ValueError("too short")
        return cls(np.frombuffer(stored[_COUNT.size : end], _SENDER)), stored[end:]


NOBODY: Final = Senders(np.zeros(0, _SENDER))
"""Where nothing is known of anybody."""
