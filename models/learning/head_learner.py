"""Learns one head of one site, in two steps for each decision.

The first learns how far the shipped log-odds and the site's words are to be trusted, on each comment *before* its
words are learned; the second learns the words:

    log-odds = scale * shipped + offset + trust * (sum of the words' and signs' weights) + (sum of the senders' parts)

So words that only look telling are trusted little, and those that hold are trusted more. A sender's part is the
standing of the author, of the domain or of the network, as far as standings of that kind are trusted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.learning.gaussian import Gaussian, step_at
from models.learning.observation import BUCKETS, ROWS, Inputs
from models.learning.reputation import KINDS
from models.learning.site_model import HeadModel

SCALE_VARIANCE, OFFSET_VARIANCE, TRUST_VARIANCE, WORD_VARIANCE = 0.25**2, 2.0**2, 1.0, 1 / 0.3
SENDER_VARIANCE: Final = 0.25
LEAST_SCALE, MOST_TRUST, MOST_WEIGHT, MOST_SENDER_TRUST = 0.1, 5.0, 4.0, 1.5
TEACHERS: Final = 2
"""A word counts once so many authors taught it."""

SAME_WORD: Final = 5
"""How often one author teaches one word one verdict."""

SAME_AUTHOR: Final = 10
"""From this lesson on, an author's k-th of one verdict weighs 10/k."""

MOST_WORDS: Final = 14_500
"""So many words are served, those with the largest weights: 113 KB."""

UNKNOWN: Final = (0.0,) * len(KINDS)
"""The standings of somebody of whom nothing is known."""

_COUNTERS: Final = 1 << 20
_MASK: Final = (1 << 64) - 1


class Author(NamedTuple):
    """Who wrote a comment, by keyed hashes below 2**63; 0 for what is not known. email: never 0."""

    email: int
    network: int = 0
    domain: int = 0


class HeadLearner:
    """One head of one site. The same decisions in the same order give the same weights, to the last bit."""

    def __init__(self, forgotten: Iterable[int] = ()) -> None:
        """forgotten: rows that are never learned."""
        self._weights = np.zeros(ROWS)
        self._variances = np.full(ROWS, WORD_VARIANCE)
        self._teachers = np.zeros(ROWS, np.uint8)
        self._teachers[BUCKETS:] = TEACHERS
        self._first = np.zeros((3, ROWS), np.int64)  # who taught a word first: e-mail, network, domain
        self._may_learn = np.ones(ROWS, np.bool_)
        self._may_learn[list(forgotten)] = False
        self._curve = Gaussian([1.0, 0.0], [SCALE_VARIANCE, OFFSET_VARIANCE])
        senders = [SENDER_VARIANCE] * len(KINDS)
        self._trust = Gaussian([1.0, 0.0, 1.0, *UNKNOWN], [SCALE_VARIANCE, OFFSET_VARIANCE, TRUST_VARIANCE, *senders])
        self._taught = np.zeros(_COUNTERS, np.uint8)
        self._lessons: Counter[tuple[int, bool]] = Counter()

    def log_odds(self, shipped: float, inputs: Inputs, standings: Sequence[float] = UNKNOWN) -> float:
        """The site's log-odds; the shipped ones before the first lesson. standings: of the sender."""
        return float(self._trust.mean @ [shipped, 1.0, self._from_words(inputs), *standings])

    def parts(self, shipped: float, inputs: Inputs, standings: Sequence[float] = UNKNOWN) -> list[tuple[str, float]]:
        """What adds up to the log-odds: the shipped ones as far as they are trusted, the offset, each kind of sender,
        and each row."""
        scale, offset, trust, *trusted = self._trust.mean.tolist()
        rows, factors = inputs
        weights = factors * self._weights[rows] * (self._teachers[rows] >= TEACHERS) * trust
        named = zip(map(str, rows.tolist()), weights.tolist(), strict=True)
        senders = [(kind, float(x * y)) for kind, x, y in zip(KINDS, trusted, standings, strict=True)]
        return [("shipped", scale * shipped), ("offset", offset), *senders, *named]

    def learn(
        self,
        shipped: float,
        inputs: Inputs,
        author: Author,
        standings: Sequence[float] = UNKNOWN,
        *,
        unwanted: bool,
        weight: float = 1.0,
    ) -> None:
        """Take in one decision. weight: in [0, 1], before the author's own lessons lower it.

        standings: of the sender before this decision.
        """
        self._lessons[author.email, unwanted] += 1
        weight *= min(1.0, SAME_AUTHOR / self._lessons[author.email, unwanted])
        seen = np.array([shipped, 1.0, self._from_words(inputs), *standings])
        self._trust.learn(seen, step_at(float(self._trust.mean @ seen), unwanted=unwanted, weight=weight))
        mean = self._trust.mean
        mean[0], mean[2] = max(LEAST_SCALE, mean[0]), max(0.0, min(MOST_TRUST, mean[2]))
        np.clip(mean[3:], 0.0, MOST_SENDER_TRUST, out=mean[3:])
        self._learn_words(shipped, inputs, author, unwanted=unwanted, weight=weight)

    def model(self) -> HeadModel:
        """What is served: the words that count, and the signs."""
        counts = (self._teachers[:BUCKETS] >= TEACHERS) & (self._weights[:BUCKETS] != 0)
        words = counts.nonzero()[0]
        if len(words) > MOST_WORDS:
            words = np.sort(words[np.argsort(-np.abs(self._weights[words]), kind="stable")[:MOST_WORDS]])
        scale, offset, trust, *senders = self._trust.mean.tolist()
        return HeadModel(
            scale,
            offset,
            trust,
            tuple(senders),
            words.astype(np.uint32),
            self._weights[words].astype(np.float32),
            self._weights[BUCKETS:].astype(np.float32),
        )

    def _learn_words(self, shipped: float, inputs: Inputs, author: Author, *, unwanted: bool, weight: float) -> None:
        rows, factors = inputs
        base = np.array([shipped, 1.0])
        log_odds = float(self._curve.mean @ base) + float(factors @ self._weights[rows])
        step = step_at(log_odds, unwanted=unwanted, weight=weight)
        taught = self._count_taught(author.email, rows, unwanted=unwanted) & self._may_learn[rows]
        rows, factors = rows[taught], factors[taught]
        spread = self._variances[rows]
        damping = self._curve.learn(base, step, other_variance=float((spread * factors) @ factors))
        moved = self._weights[rows] + spread * factors * (step.slope * damping)
        self._weights[rows] = np.minimum(np.maximum(moved, -MOST_WEIGHT), MOST_WEIGHT)
        self._variances[rows] = 1 / (1 / spread + step.curvature * damping * factors * factors)
        self._note_teacher(author, rows)

    def _note_teacher(self, author: Author, rows: NDArray[np.int64]) -> None:
        """Two authors differ if their e-mail does, and what is known of their network and of their domain."""
        differs = np.ones(len(rows), np.bool_)
        for known, first in zip(author, self._first, strict=True):
            differs &= (first[rows] != known) | (known == 0)
        another = rows[(self._teachers[rows] == 1) & differs]
        fresh = rows[self._teachers[rows] == 0]
        self._first[:, fresh] = np.array(author)[:, None]
        self._teachers[fresh] = 1
        self._teachers[another] = TEACHERS

    def _count_taught(self, author: int, rows: NDArray[np.int64], *, unwanted: bool) -> NDArray[np.bool_]:
        """Which of the words the author may still teach this verdict; counted in a table of hashes."""
        who = (author * 2 + unwanted) * 0xBF58476D1CE4E5B9 & _MASK
        mixed = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(who)
        places = mixed * np.uint64(0x94D049BB133111EB) >> np.uint64(44)
        free: NDArray[np.bool_] = self._taught[places] < SAME_WORD
        self._taught[places[free]] += 1
        return free

    def _from_words(self, inputs: Inputs) -> float:
        rows, factors = inputs
        return float((factors * self._weights[rows]) @ (self._teachers[rows] >= TEACHERS))
