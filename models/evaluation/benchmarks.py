"""The data sets that evaluate a model and never train it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.training.datasets import Row, rows


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A labelled data set.

    head: the label whose probability is evaluated. language: ISO 639-1. truth: shape (n_texts,), 0 or 1.
    """

    name: str
    head: str
    language: str
    texts: list[str]
    truth: NDArray[np.float64]


Reader = Callable[[Row], list[tuple[str, bool]]]


def _flag(field: str, *positive: object) -> Reader:
    return lambda row: [(row["text"], row[field] in positive)]


def _pairs(row: Row) -> list[tuple[str, bool]]:
    return [(row["text"], True), *((text, False) for text in row["neutral"])]


def _openai(row: Row) -> list[tuple[str, bool]]:
    return [(row["text"], any(row.get(kind) for kind in ("H", "H2", "HR")))]


def _spam_only(row: Row) -> list[tuple[str, bool]]:
    return [(row["text"], True)] if row["spam"] else []


def _comment(row: Row) -> list[tuple[str, bool]]:
    return [(row["text"], False)]


_READERS: Final[Mapping[str, tuple[str, str, str, Reader]]] = {
    "kaggle_insults": ("insult", "en", "kaggle_insults/train.jsonl.gz", _flag("insult", 1)),
    "surge_toxicity": ("abuse", "en", "surge_toxicity/en.jsonl.gz", _flag("toxic", 1)),
    "olid": ("abuse", "en", "olid/train.jsonl.gz", _flag("a", "OFF")),
    "hatexplain": ("abuse", "en", "hatexplain/test.jsonl.gz", lambda r: [(r["text"], r["majority"] != "normal")]),
    "openai_moderation": ("abuse", "en", "openai_moderation/samples_no_s3.jsonl.gz", _openai),
    "wikipedia_context": ("abuse", "en", "wikipedia_context_toxicity/gn.jsonl.gz", _flag("toxic", 1)),
    "paradetox": ("abuse", "en", "paradetox/pairs.jsonl.gz", _pairs),
    "identity templates": ("abuse", "en", "unintended_bias/bias_madlibs_77k.jsonl.gz", _flag("bad", 1)),
    "haacked": ("abuse", "en", "haacked_blog_comments/comments.jsonl.gz", _comment),
    "germeval2021": ("abuse", "de", "germeval2021_de/train.jsonl.gz", _flag("toxic", 1)),
    "offenseval2020": ("abuse", "tr", "offenseval2020_tr/train.jsonl.gz", _flag("offensive", 1)),
    "turkish_hate_speech": (
        "abuse",
        "tr",
        "turkish_hate_speech_2/tweets.jsonl.gz",
        _flag("label", "nefret", "saldırgan"),
    ),
    "youtube Eminem": ("spam", "en", "youtube_spam/comments.jsonl.gz", _flag("spam", 1)),
    "lm_blog spam": ("spam", "en", "lm_blog_comments/comments.jsonl.gz", _spam_only),
    "youtube gambling": ("spam", "id", "youtube_gambling_spam_id/comments.jsonl.gz", _flag("spam", 1)),
    "instagram": ("spam", "id", "instagram_spam_id/comments.jsonl.gz", _flag("spam", 1)),
}


def read_benchmarks(data: Path, trained_on: frozenset[str]) -> dict[str, Benchmark]:
    """All benchmarks by name, without texts that are in the training data."""
    return {name: _read(name, data, trained_on) for name in _READERS}


def _read(name: str, data: Path, trained_on: frozenset[str]) -> Benchmark:
    head, language, path, reader = _READERS[name]
    pairs = [pair for row in rows(data / "dev" / path) for pair in reader(row) if pair[0] not in trained_on]
    truth = np.array([truth for _, truth in pairs], dtype=np.float64)
    return Benchmark(name, head, language, [text for text, _ in pairs], truth)
