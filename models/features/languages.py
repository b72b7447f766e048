"""Detects the language of a text: by its script, else by the character n-grams of its words.

`language_table.npy` has a row of weights per bucket of n-grams and a column per language. It is made from public word
frequencies by `python -m models.training.language_table`; `models/text/wordlists/NOTICE.txt` names their source.
"""

import re
from collections.abc import Sequence
from functools import cache
from math import exp, sqrt
from operator import mul
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.features.ngrams import GRAM_BITS, Ints, gram_buckets, grams_by_word
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

_SHARPNESS: Final = 1.5  # regularized weights are too modest; chosen on the training corpora, by log-loss
_LIKELY: Final = 0.5  # the probability from which a language is named
_TABLE: Final = Path(__file__).with_name("language_table.npy")
_BETWEEN_WORDS = re.compile(r"(?:https?://|www\.|@)\S*|[\W\d_]+")
_TRAINING: Final = [LANGUAGE_CONFIDENCE.get(each, UNSEEN_CONFIDENCE) for each in LANGUAGES]


class Detection(NamedTuple):
    """The language of a text.

    language: ISO 639-1 code, or "und" if none is likely. probability: of that language, in [0, 1].
    training: in [0, 1], how well the abuse head was trained for such texts: LANGUAGE_CONFIDENCE, averaged over the
    languages that the text may be in.
    """

    language: str
    probability: float
    training: float


def detect_language(text: str) -> str:
    """The language of a text: an ISO 639-1 code, or "und"."""
    return detect(text).language


def detect(text: str) -> Detection:
    """The language of the first DETECTION_LENGTH characters of a text."""
    start = text[:DETECTION_LENGTH]
    script = language_by_script(start)
    if script:
        return known_language(script)
    return by_sums(language_sums(language_words(start)).sum(axis=0).tolist())


def known_language(language: str) -> Detection:
    """The language of a text whose script tells it."""
    return Detection(language, 1.0, LANGUAGE_CONFIDENCE.get(language, UNSEEN_CONFIDENCE))


def by_sums(sums: Sequence[int]) -> Detection:
    """The language of a text. sums: the `language_sums` of its words, added up."""
    *languages, count = sums
    if not count:
        return Detection(UNKNOWN, 0.0, UNSEEN_CONFIDENCE)
    scale = _SHARPNESS * STEP / sqrt(count)
    logits = [added * scale + bias for added, bias in zip(languages, _biases(), strict=True)]
    highest = max(logits)
    odds = [exp(logit - highest) for logit in logits]
    total = sum(odds)
    language = LANGUAGES[logits.index(highest)] if total * _LIKELY <= 1.0 else UNKNOWN
    return Detection(language, 1.0 / total, sum(map(mul, odds, _TRAINING)) / total)


def language_sums(words: Sequence[str]) -> NDArray[np.int16]:
    """For each word, the sum of the table's rows for its n-grams, and in the last column how many n-grams it has.

    Shape (n_words, n_languages + 1). Words are in lower case. Digits and punctuation in them separate words.
    """
    sums = np.zeros((len(words), len(LANGUAGES) + 1), dtype=np.int16)
    parts = [(part, n) for n, word in enumerate(words) for part in _parts(word)]
    if parts:
        of_word = [n for _, n in parts]
        of_part = sums_of_grams(*grams_by_word([part for part, _ in parts]))
        np.add.at(sums, of_word, of_part)
    return sums


def sums_of_grams(buckets: Ints, starts: Ints) -> NDArray[np.int16]:
    """The `language_sums` of plain words, from what `models.features.ngrams.grams_by_word` says of them."""
    sums = np.empty((len(starts), len(LANGUAGES) + 1), dtype=np.int16)
    rows = language_table().take(buckets >> (GRAM_BITS - BITS), axis=0)
    np.add.reduceat(rows, starts, axis=0, dtype=np.int16, out=sums[:, :-1])
    sums[:, -1] = np.diff(starts, append=len(buckets))
    return sums


def is_plain(word: str) -> bool:
    """Whether a word is letters in lower case alone. Normalization leaves Cherokee words in upper case."""
    return word.isalpha() and word == word.lower()


def _parts(word: str) -> list[str]:
    return [word] if is_plain(word) else language_words(word)


def language_words(text: str) -> list[str]:
    """The words that tell a language: in lower case, without links, mentions and numbers."""
    return _BETWEEN_WORDS.sub(" ", text.lower()).split()


def language_buckets(words: Sequence[str]) -> tuple[Ints, Ints]:
    """The buckets of the n-grams of words, and for each bucket the index of its word in `words`."""
    buckets, owners = gram_buckets(words)
    return buckets >> (GRAM_BITS - BITS), owners


@cache
def language_table() -> NDArray[np.int8]:
    """The weights, in units of STEP, shape (2 ** BITS + 1, n_languages)."""
    return np.asarray(np.load(_TABLE, allow_pickle=False), dtype=np.int8)


@cache
def _biases() -> list[float]:
    return [float(bias) * _SHARPNESS * STEP for bias in language_table()[-1]]
