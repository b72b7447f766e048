"""One head of a site's learner as a bench of streams asks for it: a comment in, log-odds out, a decision in.

A comment has `shipped` (log-odds), `words` (hashes of its distinct words), `signs` (values of `FEATURES`) and
`author` (a number).
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.learning.head_learner import Author, HeadLearner
from models.learning.observation import BUCKETS, Inputs, Observation
from models.learning.reputation import Reputations, sender_keys

SECONDS_APART = 600.0
"""Streams know no time: decisions come so far apart."""


class StreamComment(Protocol):
    """One comment of a stream."""

    @property
    def shipped(self) -> float:
        """The shipped log-odds of the stream's head."""

    @property
    def words(self) -> NDArray[np.uint32]:
        """Hashes of its distinct words."""

    @property
    def signs(self) -> NDArray[np.float32]:
        """The values of `FEATURES`."""

    @property
    def author(self) -> int:
        """Who wrote it."""


class Candidate:
    """What a bench judges."""

    def __init__(self) -> None:
        self._learner = HeadLearner()
        self._senders = Reputations()
        self._at = 0.0

    def log_odds(self, comment: StreamComment) -> float:
        """The site's log-odds."""
        return self._learner.log_odds(comment.shipped, _inputs(comment), self._standings(comment))

    def learn(self, comment: StreamComment, unwanted: bool, weight: float = 1.0) -> None:
        """Take in one decision."""
        author, standings, unwanted = _author(comment), self._standings(comment), bool(unwanted)
        self._learner.learn(comment.shipped, _inputs(comment), author, standings, unwanted=unwanted, weight=weight)
        self._at += SECONDS_APART
        self._senders.note(sender_keys(author), self._at, unwanted=unwanted, weight=weight)

    def parts(self, comment: StreamComment) -> list[tuple[str, float]]:
        """What adds up to the log-odds."""
        return self._learner.parts(comment.shipped, _inputs(comment), self._standings(comment))

    def size(self) -> int:
        """The bytes that are kept for serving."""
        return len(self._learner.model().to_bytes())

    def _standings(self, comment: StreamComment) -> list[float]:
        return self._senders.standings(sender_keys(_author(comment)), self._at)


def _author(comment: StreamComment) -> Author:
    return Author(int(comment.author) + (1 << 32))  # never 0


def _inputs(comment: StreamComment) -> Inputs:
    words = comment.words & np.uint32(BUCKETS - 1)
    return Observation(comment.shipped, comment.shipped, words, comment.signs).inputs()
