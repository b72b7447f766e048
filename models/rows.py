"""One row of numbers for each distinct word: the known ones from the artifact, new ones remembered for a while.

Memory is bounded whatever people write: two generations of new words, the older thrown away when the younger is full.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.artifact import Artifact
from models.features import Floats, Hashes, Ints, gram_buckets, word_hash
from models.text import clean, is_lone, pieces
from models.words import Lexicon

GENERATION: Final = 32_768
PIECES: Final = 65_536
LONGEST_KEPT: Final = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text between white space, read once: its words by number, and whether it is one letter alone."""

    numbers: tuple[int, ...]
    lone: bool


class WordRows:
    """Looks words up. Not safe for threads: the scorer holds a lock around it."""

    def __init__(self, artifact: Artifact) -> None:
        self._frozen, self._grams = artifact.rows, artifact.grams
        self._hashes = artifact.hashes
        self.known = len(artifact.words)
        self.lexicon = Lexicon(dict(zip(artifact.words, artifact.counts.tolist(), strict=True)))
        labels = artifact.rows.shape[1]
        self._rows = np.zeros((2 * GENERATION, labels), dtype=np.float32)
        self._new_hashes = np.zeros(2 * GENERATION, dtype=np.uint64)
        self._half, self._used = 0, 0
        self._young: dict[str, Piece] = {}
        self._old: dict[str, Piece] = {}
        self._fresh: list[str] = []
        self._numbers: dict[str, int] = {}

    def age(self) -> None:
        """Start a new generation when the young one is three quarters full. Between batches only: numbers change."""
        if self._used > GENERATION * 3 // 4 or len(self._young) > PIECES:
            self._old, self._young, self._numbers = self._young, {}, {}
            self._half, self._used = 1 - self._half, 0

    def read(self, text: str) -> list[int]:
        """The numbers of a text's words, in order. Call `settle` before asking for their rows."""
        raw = text.split()
        young = self._young
        found = [young.get(piece) or self._learn(piece) for piece in raw]
        if len(found) >= 4 and sum(piece.lone for piece in found) >= 4:
            return [self._number(word) for _, piece in pieces(text) for word, _, _ in self.lexicon.read(piece)]
        return [number for piece in found for number in piece.numbers]

    def settle(self) -> None:
        """Make the rows of all words that were new since the last call, in one go."""
        if not self._fresh:
            return
        buckets, owners = gram_buckets(self._fresh)
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(self._fresh)))
        rows = np.add.reduceat(self._grams.take(buckets[order], axis=0).astype(np.float32), starts, axis=0)
        first = self._half * GENERATION + self._used - len(self._fresh)
        self._rows[first : first + len(self._fresh)] = rows
        self._new_hashes[first : first + len(self._fresh)] = [word_hash(word) for word in self._fresh]
        self._fresh = []

    def take(self, numbers: Ints) -> tuple[Floats, Hashes]:
        """The row of each word, shape (n_words, n_labels), and its hash."""
        new = np.flatnonzero(numbers >= self.known)
        if not len(new):
            return self._frozen.take(numbers, axis=0), self._hashes.take(numbers).astype(np.uint64)
        frozen = np.minimum(numbers, self.known - 1)
        rows, hashes = self._frozen.take(frozen, axis=0), self._hashes.take(frozen).astype(np.uint64)
        rows[new] = self._rows.take(numbers[new] - self.known, axis=0)
        hashes[new] = self._new_hashes.take(numbers[new] - self.known)
        return rows, hashes

    def _learn(self, raw: str) -> Piece:
        before = self._old.get(raw)
        if before is not None and max(before.numbers, default=0) < self.known:
            self._young[raw] = before
            return before
        numbers = tuple(self._number(word) for word, _, _ in self.lexicon.read(clean(raw)))
        piece = Piece(numbers, is_lone(raw))
        if len(raw) <= LONGEST_KEPT:
            self._young[raw] = piece
        return piece

    def _number(self, word: str) -> int:
        known = self.lexicon.numbers.get(word)
        if known is not None:
            return known
        number = self._numbers.get(word)
        if number is None:
            if self._used >= GENERATION:  # only within one huge batch: the rest of it shares the last row
                return self.known + self._half * GENERATION + GENERATION - 1
            number = self._numbers[word] = self.known + self._half * GENERATION + self._used
            self._fresh.append(word)
            self._used += 1
        return number
