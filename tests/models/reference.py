"""A slow second opinion: the same score by scikit-learn's own n-grams and plain sums, sharing only the weights."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from zlib import crc32

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from models.artifact import Artifact
from models.features.submission import surface
from models.text.lexicon import Lexicon, split_words
from models.text.normalize import normalize
from moderation.score import ScoringInput

_GRAMS = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer()
_WIDE = 2**64
_WINDOW = 8


def logits(artifact: Artifact, lexicon: Lexicon, reading: ScoringInput) -> list[float]:
    """The log-odds of every label for one reading, in the order of the artifact's labels."""
    words = read_words(lexicon, reading.body) or [""]
    rows = [_row(artifact, lexicon, word) for word in words]
    pairs = [artifact.pairs[_bucket_of_pair(a, b)].astype(float) for a, b in pairwise(words)]
    distinct = dict(zip(words, rows, strict=True))
    whole = sum(distinct.values()) / sqrt(len(distinct))
    if pairs:
        buckets = {_bucket_of_pair(a, b) for a, b in pairwise(words)}
        whole = whole + sum(artifact.pairs[bucket].astype(float) for bucket in sorted(buckets)) / sqrt(len(buckets))
    joined = [row + pair for row, pair in zip(rows, [*pairs, np.zeros_like(rows[0])], strict=True)]
    size = sqrt(min(len(words), _WINDOW))
    peak = np.max([sum(joined[i : i + _WINDOW]) / size for i in range(len(joined))], axis=0)
    heads = [artifact.manifest["heads"][label] for label in artifact.manifest["labels"]]
    found = [h["whole"] * w + h["peak"] * p + h["bias"] for h, w, p in zip(heads, whole, peak, strict=True)]
    found[artifact.manifest["labels"].index("spam")] += float(
        np.dot(surface(reading, lexicon.correct), artifact.signs)
    )
    return found


def read_words(lexicon: Lexicon, text: str) -> list[str]:
    cleaned = normalize(text).text.split()
    return [
        word
        for token in cleaned
        for token in lexicon.rejoin(split_words(token))
        for word in lexicon.correct(token[0])
    ]


def _row(artifact: Artifact, lexicon: Lexicon, word: str) -> np.ndarray:
    known = lexicon.numbers.get(word)
    if known is not None:
        return artifact.rows[known].astype(float)
    grams: Sequence[str] = _GRAMS(word) if word else ["  "]
    return np.sum([artifact.grams[_bucket_of_gram(gram)] for gram in grams], axis=0, dtype=float)


def _bucket_of_gram(gram: str) -> int:
    rolled = 0
    for char in gram:
        rolled = (rolled * 0x100000001B3 + ord(char)) % _WIDE
    return _mixed((rolled + len(gram)) % _WIDE)


def _bucket_of_pair(first: str, second: str) -> int:
    left, right = crc32(first.encode()), crc32(second.encode())
    return _mixed((left * 0x100000001B3 % _WIDE) ^ (right << 17))


def _mixed(number: int) -> int:
    number = (number ^ (number >> 29)) * 0x9E3779B97F4A7C15 % _WIDE
    number ^= number >> 32
    return (number * 0x9E3779B97F4A7C15 % _WIDE) >> (64 - 18)
