"""Texts in, sparse matrices out: what training sees, made by the same code that serving runs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from models.features import GRAM_BITS, PAIR_BITS, Floats, Ints, gram_buckets, pair_buckets, word_hash
from models.text import clean, is_lone, pieces
from models.words import Lexicon, split_words


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs in `texts`, as spelled after cleaning."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(text.split())
    counts: Counter[str] = Counter()
    for piece, times in seen.items():
        for word, _, _ in split_words(clean(piece).text):
            counts[word] += times
    return counts


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as numbers of words.

    words: every distinct word, known or not. numbers: all texts' words in one array, shape (n_words,).
    ends: shape (n_texts,), one past the last word of each text.
    """

    words: list[str]
    numbers: Ints
    ends: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.ends, prepend=0)


class Encoder:
    """Reads texts into numbers of words, and remembers every piece that it has seen."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.words: dict[str, int] = dict(lexicon.numbers)
        self._pieces: dict[str, tuple[tuple[int, ...], bool]] = {}

    def encode(self, texts: Iterable[str]) -> Encoded:
        numbers: list[int] = []
        ends: list[int] = []
        for text in texts:
            numbers += self._read(text)
            ends.append(len(numbers))
        return Encoded(list(self.words), np.array(numbers, dtype=np.int64), np.array(ends, dtype=np.int64))

    def _read(self, text: str) -> list[int]:
        found = [self._pieces.get(raw) or self._learn(raw) for raw in text.split()]
        if sum(lone for _, lone in found) >= 4:
            read = (self.lexicon.read(piece) for _, piece in pieces(text))
            return [self._number(word) for piece in read for word, _, _ in piece]
        return [number for numbers, _ in found for number in numbers]

    def _learn(self, raw: str) -> tuple[tuple[int, ...], bool]:
        read = self.lexicon.read(clean(raw))
        entry = tuple(self._number(word) for word, _, _ in read), is_lone(raw)
        self._pieces[raw] = entry
        return entry

    def _number(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))


def text_matrix(encoded: Encoded) -> csr_matrix:
    """Shape (n_texts, n_distinct_words): how often each text has each word, over the root of its length."""
    scale = np.repeat(text_scale(encoded.lengths), encoded.lengths)
    return _counted(encoded, encoded.numbers, scale, len(encoded.words))


def pair_matrix(encoded: Encoded) -> csr_matrix:
    """Shape (n_texts, 2 ** PAIR_BITS): the pairs of neighbours, scaled like the words."""
    hashes = np.fromiter(map(word_hash, encoded.words), dtype=np.uint64, count=len(encoded.words))[encoded.numbers]
    buckets = np.append(pair_buckets(hashes[:-1], hashes[1:]), 0)
    scale = np.repeat(text_scale(encoded.lengths), encoded.lengths)
    scale[encoded.ends[encoded.lengths > 0] - 1] = 0.0  # the last word of a text has no neighbour
    return _counted(encoded, buckets, scale, 1 << PAIR_BITS)


def text_scale(lengths: Ints) -> Floats:
    """One over the root of the number of words: a long text needs more than one bad word."""
    return (1.0 / np.sqrt(np.maximum(lengths, 1))).astype(np.float32)


def _counted(encoded: Encoded, columns: Ints, values: Floats, width: int) -> csr_matrix:
    starts = np.concatenate(([0], encoded.ends))
    matrix = csr_matrix((values.astype(np.float32), columns.astype(np.int32), starts), shape=(len(encoded.ends), width))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def word_matrix(words: Sequence[str], known: int) -> csr_matrix:
    """Shape (n_words, known + 2 ** GRAM_BITS): the first `known` words are features; all have their n-grams."""
    buckets, owners = gram_buckets(words)
    grams = csr_matrix(
        (np.ones(len(buckets), dtype=np.float32), (owners, buckets + known)), shape=(len(words), known + (1 << GRAM_BITS))
    )
    own = csr_matrix((np.ones(known, dtype=np.float32), (np.arange(known), np.arange(known))), shape=grams.shape)
    return (grams + own).tocsr()
