"""One row of numbers for each distinct word: the known ones from the artifact, new ones remembered for a while.

Memory is bounded whatever people write: two generations of new words, the older thrown away when the younger is full.
"""

from typing import Final, NamedTuple

import numpy as np

from models.artifact import Artifact
from models.features import Floats, Hashes, Ints, gram_buckets, word_hash
from models.languages import languages_of
from models.text import Plain, clean, is_spaced_out, mark_of, pieces
from models.words import Lexicon

GENERATION: Final = 32_768
PIECES: Final = 65_536
LONGEST_KEPT: Final = 40
PUNCTUATION: Final = ".,;:()[]\"'"

Span = tuple[int, int]


class Piece(NamedTuple):
    """A piece of text between white space, read once.

    numbers: its words by number. spans: where each stands in the raw piece. mark: see `models.text.mark_of`.
    languages: those in which it is a common small word.
    """

    numbers: tuple[int, ...]
    spans: tuple[Span, ...]
    mark: str
    languages: tuple[str, ...]


class Found(NamedTuple):
    """A text as read. joined: whether lone letters were joined, so that the pieces are not the text's own."""

    pieces: list[Piece]
    raw: list[str]
    joined: bool


class WordRows:
    """Looks words up. Not safe for threads: the scorer holds a lock around it."""

    def __init__(self, artifact: Artifact) -> None:
        self._frozen, self._grams, self._hashes = artifact.rows, artifact.grams, artifact.hashes
        self.known = len(artifact.words)
        self.lexicon = Lexicon(dict(zip(artifact.words, artifact.counts.tolist(), strict=True)))
        self._rows = np.zeros((2 * GENERATION, artifact.rows.shape[1]), dtype=np.float32)
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

    def read(self, text: str) -> Found:
        """The pieces of a text, in order. Call `settle` before asking for the rows of their words."""
        raw = text.split()
        young = self._young
        found = [young.get(piece) or self._learn(piece) for piece in raw]
        if is_spaced_out("".join([piece.mark for piece in found])):
            return Found([self._read(at, plain) for at, plain in pieces(text)], [], joined=True)
        return Found(found, raw, joined=False)

    def settle(self) -> None:
        """Make the rows of all words that were new since the last call, in one go."""
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        buckets, owners = gram_buckets(fresh)
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(fresh)))
        last = self._half * GENERATION + self._used
        places = slice(last - len(fresh), last)
        self._rows[places] = np.add.reduceat(
            self._grams.take(buckets[order], axis=0).astype(np.float32), starts, axis=0
        )
        self._new_hashes[places] = [word_hash(word) for word in fresh]

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
        piece = self._plain_word(raw) or self._read(0, clean(raw), languages_of(raw.lower()))
        if len(raw) <= LONGEST_KEPT:
            self._young[raw] = piece
        return piece

    def _plain_word(self, raw: str) -> Piece | None:
        """A common word in plain letters between mere punctuation, read without the nine steps; None for all else."""
        low = raw.lower()
        word = low.strip(PUNCTUATION)
        if len(word) < 2 or not (word.isalpha() and word.isascii()) or not self.lexicon.is_common(word):
            return None
        start = low.index(word)
        return Piece((self.lexicon.numbers[word],), ((start, start + len(word)),), ".", languages_of(low))

    def _read(self, at: int, plain: Plain, languages: tuple[str, ...] = ()) -> Piece:
        words = self.lexicon.read(plain)
        numbers = tuple([self.number(word) for word, _, _ in words])
        spans = tuple([(at + start, at + end) for _, start, end in words])
        return Piece(numbers, spans, mark_of(plain.text), languages)

    def number(self, word: str) -> int:
        """The number of a word; one that is new gets a row of its own for a while."""
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
