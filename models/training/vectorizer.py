"""Texts in, sparse matrices out: what training sees, made by the same code that serving runs.

Only serving reads digits alone as words, in a text that writes digits for letters.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from models.features.ngrams import GRAM_BITS, PAIR_BITS, Floats, Ints, gram_buckets, pair_buckets, word_hash
from models.text.lexicon import Lexicon, split_words
from models.text.normalize import clean, clean_tokens, is_spaced_out, shape_of


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs in `texts`, as spelled after cleaning."""
    seen: Counter[str] = Counter()
    for text in texts:
        seen.update(text.split())
    counts: Counter[str] = Counter()
    for token, times in seen.items():
        for word, _, _ in split_words(clean(token).text):
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
        """How many words each text has, shape (n_texts,)."""
        return np.diff(self.ends, prepend=0)


class Encoder:
    """Reads texts into numbers of words, and remembers every token that it has seen."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.words: dict[str, int] = dict(lexicon.numbers)
        self._pieces: dict[str, tuple[tuple[int, ...], str]] = {}

    def encode(self, texts: Iterable[str]) -> Encoded:
        """Read texts into numbers of words, in one flat array with the end of each text."""
        numbers: list[int] = []
        ends: list[int] = []
        for text in texts:
            numbers += self._read(text)
            ends.append(len(numbers))
        return Encoded(list(self.words), np.array(numbers, dtype=np.int64), np.array(ends, dtype=np.int64))

    def _read(self, text: str) -> list[int]:
        found = [self._pieces.get(raw) or self._learn(raw) for raw in text.split()]
        if is_spaced_out("".join([mark for _, mark in found])):
            read = (self.lexicon.read(token) for _, token in clean_tokens(text))
            return [self._number(word) for token in read for word, _, _ in token]
        return [number for numbers, _ in found for number in numbers]

    def _learn(self, raw: str) -> tuple[tuple[int, ...], str]:
        plain = clean(raw)
        entry = tuple(self._number(word) for word, _, _ in self.lexicon.read(plain)), shape_of(plain.text)
        self._pieces[raw] = entry
        return entry

    def _number(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))


def text_matrix(encoded: Encoded) -> csr_matrix:
    """Shape (n_texts, n_distinct_words): each distinct word of a text once, over the root of how many it has."""
    return _once(encoded, encoded.numbers, len(encoded.words))


def pair_matrix(encoded: Encoded) -> csr_matrix:
    """Shape (n_texts, 2 ** PAIR_BITS): each distinct pair of neighbours once, scaled in the same way."""
    hashes = np.fromiter(map(word_hash, encoded.words), dtype=np.uint64, count=len(encoded.words))[encoded.numbers]
    within = np.ones(len(hashes), dtype=bool)
    within[encoded.ends[encoded.lengths > 0] - 1] = False  # the last word of a text has no neighbour
    first = np.flatnonzero(within)
    pairs = Encoded(encoded.words, encoded.numbers, encoded.ends - np.cumsum(encoded.lengths > 0))
    return _once(pairs, pair_buckets(hashes[first], hashes[first + 1]), 1 << PAIR_BITS)


def _once(encoded: Encoded, columns: Ints, width: int) -> csr_matrix:
    starts = np.concatenate(([0], encoded.ends))
    matrix = csr_matrix((np.ones(len(columns), dtype=np.float32), columns, starts), shape=(len(encoded.ends), width))
    matrix.sum_duplicates()
    distinct = np.diff(matrix.indptr)
    matrix.data = np.repeat(1.0 / np.sqrt(np.maximum(distinct, 1)), distinct).astype(np.float32)
    return matrix


def rarity(columns: csr_matrix | Floats, texts: int) -> Floats:
    """The inverse document frequency of each column, smoothed as in scikit-learn's TfidfTransformer, around 1."""
    counts = columns if isinstance(columns, np.ndarray) else np.bincount(columns.indices, minlength=columns.shape[1])
    return ((np.log((1.0 + texts) / (1.0 + np.minimum(counts, texts))) + 1.0) / 8.0).astype(np.float32)


def word_matrix(words: Sequence[str], known: int) -> csr_matrix:
    """Shape (n_words, known + 2 ** GRAM_BITS): the first `known` words are features; all have their n-grams."""
    buckets, owners = gram_buckets(words)
    grams = csr_matrix(
        (np.ones(len(buckets), dtype=np.float32), (owners, buckets + known)),
        shape=(len(words), known + (1 << GRAM_BITS)),
    )
    own = csr_matrix((np.ones(known, dtype=np.float32), (np.arange(known), np.arange(known))), shape=grams.shape)
    return (grams + own).tocsr()
