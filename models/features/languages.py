"""Detects the language of a text: by its script, else by the character n-grams of its words.

`language_table.npy` has a row of weights per bucket of n-grams and a column per language. It is made from public word
frequencies by `python -m models.training.language_table`; `models/text/wordlists/NOTICE.txt` names their source.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from models.features.ngrams import GRAM_BITS, Floats, Ints, gram_buckets
from models.text.scripts import language_by_script

LANGUAGES: Final = (
    "en", "de", "fr", "es", "pt", "it", "nl", "tr", "pl", "id", "ro",
    "sv", "da", "nb", "cs", "hu", "fi", "vi", "ru", "uk", "bg",
)  # fmt: skip
"""The languages that n-grams tell apart, in the order of the table's columns."""

UNKNOWN: Final = "und"
BITS: Final = 13
STEP: Final = 0.1
"""What a unit of the table adds to the log-odds. The table's last row is the bias."""

DETECTION_LENGTH: Final = 240
"""Only so many characters are read."""

LANGUAGE_CONFIDENCE: Final = {"en": 1.0, "de": 0.6, "pt": 0.6, "ko": 0.5, "fr": 0.5, "tr": 0.4}
"""How well the abuse head was trained for a language, in [0, 1]; other languages get UNSEEN_CONFIDENCE."""
UNSEEN_CONFIDENCE: Final = 0.2

_PUNCTUATION: Final = ".,;:!?()[]\"'"
_SHARPNESS: Final = np.float32(1.5)  # regularized weights are too modest; chosen on the training corpora, by log-loss
_LIKELY: Final = 0.5  # the probability from which a language is named
_TABLE: Final = Path(__file__).with_name("language_table.npy")
_BETWEEN_WORDS = re.compile(r"(?:https?://|www\.|@)\S*|[\W\d_]+")
_TRAINING: Final = np.array([LANGUAGE_CONFIDENCE.get(each, UNSEEN_CONFIDENCE) for each in LANGUAGES])
TELLING_ENGLISH: Final = frozenset(
    ("the", "and", "that", "this", "with", "they", "your", "you", "which", "would", "there", "because", "when",
     "from", "what", "are", "were", "been", "their")
)  # fmt: skip
"""Words that are common in English and in no other language of the table."""

_ENOUGH_ENGLISH: Final = 4
_ENGLISH_SHARE: Final = 8


class Detection(NamedTuple):
    """The language of a text.

    language: ISO 639-1 code, or "und" if none is likely. probability: of that language, in [0, 1].
    training: in [0, 1], how well the abuse head was trained for such texts: LANGUAGE_CONFIDENCE, averaged over the
    languages that the text may be in.
    """

    language: str
    probability: float
    training: float


ENGLISH: Final = Detection("en", 1.0, LANGUAGE_CONFIDENCE["en"])


def detect_language(text: str) -> str:
    """The language of a text: an ISO 639-1 code, or "und"."""
    return detect(text).language


def detect(text: str) -> Detection:
    """The language of the first DETECTION_LENGTH characters of a text, with its probability."""
    start = text[:DETECTION_LENGTH]
    script = language_by_script(start)
    if script:
        return Detection(script, 1.0, LANGUAGE_CONFIDENCE.get(script, UNSEEN_CONFIDENCE))
    words = language_words(start)
    if not words:
        return Detection(UNKNOWN, 0.0, UNSEEN_CONFIDENCE)
    odds = np.exp(_log_odds(words))
    probabilities = odds / odds.sum()
    best = int(probabilities.argmax())
    probability = float(probabilities[best])
    language = LANGUAGES[best] if probability >= _LIKELY else UNKNOWN
    return Detection(language, probability, float(probabilities @ _TRAINING))


def is_telling_english(word: str) -> bool:
    """Whether a lower-case token is one of TELLING_ENGLISH, with or without punctuation around it."""
    return word.strip(_PUNCTUATION) in TELLING_ENGLISH


def is_surely_english(telling: int, words: int) -> bool:
    """Whether a text is in English beyond doubt, so that its n-grams need not be counted.

    telling: how many of its words are `is_telling_english`. words: how many words it has.
    """
    return telling >= _ENOUGH_ENGLISH and _ENGLISH_SHARE * telling >= words


def language_words(text: str) -> list[str]:
    """The words that tell a language: in lower case, without links, mentions and numbers."""
    return _BETWEEN_WORDS.sub(" ", text.lower()).split()


def language_buckets(words: list[str]) -> tuple[Ints, Ints]:
    """The buckets of the n-grams of words, and for each bucket the index of its word in `words`."""
    buckets, owners = gram_buckets(words)
    return buckets >> (GRAM_BITS - BITS), owners


def _log_odds(words: list[str]) -> Floats:
    """Up to a constant, the log-odds of each language, shape (n_languages,), at most 0."""
    buckets, _ = language_buckets(words)
    table = language_table()
    logits = table.take(buckets, axis=0).sum(axis=0) / np.float32(np.sqrt(len(buckets))) + table[-1]
    return np.asarray(_SHARPNESS * (logits - logits.max()))


@cache
def language_table() -> Floats:
    """The weights in log-odds, shape (2 ** BITS + 1, n_languages)."""
    return np.asarray(np.load(_TABLE, allow_pickle=False), dtype=np.float32) * np.float32(STEP)
