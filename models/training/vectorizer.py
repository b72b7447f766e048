"""Texts to sparse matrices. The reader is the one that serves, so a word has the same meaning in both."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models.features.ngrams import GRAM_BITS, PAIR_BITS, Floats, Ints, gram_buckets, pair_buckets, word_hash
from models.features.submission import SubmissionFields, submission_features
from models.inference.reader import Reader
from models.inference.vocabulary import Vocabulary
from models.inference.word_languages import WordLanguages
from models.text.lexicon import Lexicon, split_words
from models.text.normalize import clean
from models.text.swearing import swearing_level
from models.training.datasets import Example
from models.training.weights import SWEARING


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of texts after normalization, without corrections: these counts decide on the vocabulary."""
    token_counts: Counter[str] = Counter()
    for text in texts:
        token_counts.update(text.split())
    counts: Counter[str] = Counter()
    for token, times in token_counts.items():
        for word, _, _ in split_words(clean(token).text):
            counts[word] += times
    return counts


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as word ids.

    words: all distinct words by id, known ones first. word_ids: shape (n_words,), the texts one after the other.
    ends: shape (n_texts,), one past the last word of each text.
    """

    words: list[str]
    word_ids: Ints
    ends: Ints

    @property
    def lengths(self) -> Ints:
        """The number of words of each text, shape (n_texts,); may be 0."""
        return np.diff(self.ends, prepend=0)


def encode(texts: Iterable[str], lexicon: Lexicon) -> Encoded:
    """Read texts into word ids."""
    vocabulary = Vocabulary(lexicon)
    reader = Reader(vocabulary)
    word_ids: list[int] = []
    ends: list[int] = []
    for text in texts:
        if reader.cache.is_full:
            reader.clear_cache()
        word_ids += reader.read(text).word_ids
        ends.append(len(word_ids))
    return Encoded(vocabulary.words, np.array(word_ids, dtype=np.int64), np.array(ends, dtype=np.int64))


def feature_matrix(submissions: Sequence[SubmissionFields], lexicon: Lexicon) -> NDArray[np.float64]:
    """The submission features, shape (n_submissions, n_features)."""
    vocabulary = Vocabulary(lexicon)
    reader, languages = Reader(vocabulary), WordLanguages(vocabulary)
    rows = []
    for submission in submissions:
        reader.evict()
        text = reader.read(submission.body)
        language = languages.detect(submission.body, text).language
        rows.append(submission_features(submission, text.counts, text.feature_words(), language))
    return np.array(rows)


def swearing_sums(examples: Sequence[Example], lexicon: Lexicon) -> NDArray[np.float64]:
    """What the swear words of examples add to the sums of the head for other languages, shape (n_examples,)."""
    reader = Reader(Vocabulary(lexicon))
    sums = np.zeros(len(examples))
    for n, example in enumerate(examples):
        if example.language in SWEARING:
            words = reader.read(example.text).feature_words()
            sums[n] = SWEARING[example.language] * swearing_level(words, example.language, example.text)[0]
    return sums


def text_matrix(encoded: Encoded) -> csr_matrix:
    """Shape (n_texts, n_distinct_words): 1 / sqrt(number of distinct words) for each distinct word of a text."""
    return _distinct(encoded, encoded.word_ids, len(encoded.words))


def pair_matrix(encoded: Encoded) -> csr_matrix:
    """Shape (n_texts, 2 ** PAIR_BITS): the same for pairs of adjacent words."""
    hashes = np.fromiter(map(word_hash, encoded.words), dtype=np.uint64, count=len(encoded.words))[encoded.word_ids]
    within = np.ones(len(hashes), dtype=bool)
    within[encoded.ends[encoded.lengths > 0] - 1] = False  # the last word of a text starts no pair
    first = np.flatnonzero(within)
    pairs = Encoded(encoded.words, encoded.word_ids, encoded.ends - np.cumsum(encoded.lengths > 0))
    return _distinct(pairs, pair_buckets(hashes[first], hashes[first + 1]), 1 << PAIR_BITS)


def _distinct(encoded: Encoded, columns: Ints, width: int) -> csr_matrix:
    starts = np.concatenate(([0], encoded.ends))
    matrix = csr_matrix((np.ones(len(columns), dtype=np.float32), columns, starts), shape=(len(encoded.ends), width))
    matrix.sum_duplicates()
    distinct = np.diff(matrix.indptr)
    matrix.data = np.repeat(1.0 / np.sqrt(np.maximum(distinct, 1)), distinct).astype(np.float32)
    return matrix


def inverse_document_frequency(columns: csr_matrix | Floats, texts: int) -> Floats:
    """The inverse document frequency of each column, as in TfidfTransformer(smooth_idf=True), divided by 8."""
    counts = columns if isinstance(columns, np.ndarray) else np.bincount(columns.indices, minlength=columns.shape[1])
    return ((np.log((1.0 + texts) / (1.0 + np.minimum(counts, texts))) + 1.0) / 8.0).astype(np.float32)


def word_matrix(words: Sequence[str], known: int) -> csr_matrix:
    """Shape (n_words, known + 2 ** GRAM_BITS): one column per known word, then the n-grams of all words."""
    buckets, owners = gram_buckets(words)
    grams = csr_matrix(
        (np.ones(len(buckets), dtype=np.float32), (owners, buckets + known)),
        shape=(len(words), known + (1 << GRAM_BITS)),
    )
    own = csr_matrix((np.ones(known, dtype=np.float32), (np.arange(known), np.arange(known))), shape=grams.shape)
    return (grams + own).tocsr()
