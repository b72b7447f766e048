"""A slow, independent implementation of the score: plain sums over whole texts. It shares only the weights."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from zlib import crc32

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from models.artifact import Artifact
from models.features.counts import count_text, is_ascii_text
from models.features.languages import DETECTION_LENGTH, Detection, by_sums, known_language, language_sums
from models.features.submission import SubmissionFields, submission_features
from models.text.lexicon import Lexicon, split_words
from models.text.normalize import normalize
from models.text.scripts import language_by_script
from models.text.swearing import LISTED, swearing_level
from moderation.score import ScoringInput

_GRAMS = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer()
_MODULUS = 2**64
_WINDOW = 8


def features(submission: SubmissionFields, lexicon: Lexicon) -> list[float]:
    """The features of a submission, counted in the whole text instead of token by token."""
    body = submission.body
    counts, words = count_text(body, normalize(body).text, is_ascii_text(body), lexicon.correct)
    return submission_features(submission, counts, set(words), language_of(body, read_words(lexicon, body)).language)


def language_of(body: str, words: Sequence[str]) -> Detection:
    """The language of a text with these words."""
    script = language_by_script(body[:DETECTION_LENGTH])
    return known_language(script) if script else by_sums(language_sums([*words[:32], ""]).sum(axis=0).tolist())


def logits(artifact: Artifact, lexicon: Lexicon, comment: ScoringInput) -> list[float]:
    """The log-odds of every label, in the order of the artifact's labels, without the head for other languages."""
    words = read_words(lexicon, comment.body) or [""]
    vectors = [_vector(artifact, lexicon, word) for word in words]
    pairs = [artifact.pair_weights[_pair_bucket(a, b)].astype(float) for a, b in pairwise(words)]
    distinct = dict(zip(words, vectors, strict=True))
    whole = sum(distinct.values()) / sqrt(len(distinct))
    if pairs:
        buckets = {_pair_bucket(a, b) for a, b in pairwise(words)}
        weights = [artifact.pair_weights[bucket].astype(float) for bucket in sorted(buckets)]
        whole = whole + sum(weights) / sqrt(len(buckets))
    joined = [vector + pair for vector, pair in zip(vectors, [*pairs, np.zeros_like(vectors[0])], strict=True)]
    size = sqrt(min(len(words), _WINDOW))
    peak = np.max([sum(joined[i : i + _WINDOW]) / size for i in range(len(joined))], axis=0)
    labels = artifact.manifest["labels"]
    heads = [artifact.manifest["heads"][label] for label in labels]
    results = [h["whole"] * w + h["peak"] * p + h["bias"] for h, w, p in zip(heads, whole, peak, strict=True)]
    results[labels.index("spam")] += float(np.dot(features(comment, lexicon), artifact.feature_weights))
    language, foreign = language_of(comment.body, read_words(lexicon, comment.body)), labels.index("foreign_abuse")
    if language.probability >= 0.8 and language.language != "en":
        results[labels.index("abuse")] = results[foreign]
    unit = heads[foreign]["swearing"].get(language.language, 0.0)
    results[labels.index("abuse")] += unit * _swearing(lexicon, comment.body, language.language)
    return [result for label, result in zip(labels, results, strict=True) if label != "foreign_abuse"]


def _swearing(lexicon: Lexicon, body: str, language: str) -> float:
    """How much the words of a text outside links swear in its language."""
    _, words = count_text(body, normalize(body).text, is_ascii_text(body), lexicon.correct)
    return swearing_level(set(words), language, body)[0] if language in LISTED else 0.0


def read_words(lexicon: Lexicon, text: str) -> list[str]:
    """The corrected words of a text."""
    return [
        word
        for token in normalize(text).text.split()
        for span in lexicon.rejoin(split_words(token))
        for word in lexicon.correct(span[0])
    ]


def _vector(artifact: Artifact, lexicon: Lexicon, word: str) -> np.ndarray:
    word_id = lexicon.ids.get(word)
    if word_id is not None:
        return artifact.word_weights[word_id].astype(float)
    grams: Sequence[str] = _GRAMS(word) if word else ["  "]
    return np.sum([artifact.gram_weights[_gram_bucket(gram)] for gram in grams], axis=0, dtype=float)


def _gram_bucket(gram: str) -> int:
    rolling = 0
    for char in gram:
        rolling = (rolling * 0x100000001B3 + ord(char)) % _MODULUS
    return _mix((rolling + len(gram)) % _MODULUS)


def _pair_bucket(first: str, second: str) -> int:
    left, right = crc32(first.encode()), crc32(second.encode())
    return _mix((left * 0x100000001B3 % _MODULUS) ^ (right << 17))


def _mix(number: int) -> int:
    number = (number ^ (number >> 29)) * 0x9E3779B97F4A7C15 % _MODULUS
    number ^= number >> 32
    return (number * 0x9E3779B97F4A7C15 % _MODULUS) >> (64 - 18)
