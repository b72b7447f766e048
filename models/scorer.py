"""Scores comments: the one place that knows both what a comment is and what the arrays mean.

A head's logit is a sum over words and features, scaled by calibration; the evidence is that sum, told word by word.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import compress, repeat
from math import copysign, exp
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

import numpy as np

from models.artifact import SHIPPED, Artifact, BadArtifact, load
from models.features.submission import FEATURES, describe, measure
from models.inference.attribution import SHOWN, Attribution, strongest_words
from models.inference.linear_heads import add_up
from models.inference.token_cache import ParsedText, Reader, Spans
from models.inference.word_vectors import WordVectors
from models.text.languages import (
    DETECTION_LENGTH,
    LANGUAGE_CONFIDENCE,
    UNSEEN_CONFIDENCE,
    language_by_script,
    language_by_votes,
)
from moderation.errors import BadSetting
from moderation.score import Evidence, Score, ScoringInput

__all__ = ["Scorer", "ScoringInput"]

HEADS: Final = ("spam", "abuse")
MAX_BYTES: Final = 8_000
BATCH_LETTERS: Final = 60_000

_ALL: Final = range(len(FEATURES))
_Sign = tuple[float, int, float]


class Scorer:
    """Turns readings into scores. Safe for threads; the same reading always gives the same score."""

    def __init__(self, artifact: Artifact) -> None:
        """Raises BadArtifact for a model that weighs other signs than this version measures."""
        _understand(artifact.manifest)
        self._artifact = artifact
        self._rows = WordVectors(artifact)
        self._reader = Reader(self._rows)
        self._labels: list[str] = list(artifact.manifest["labels"])
        self._heads = [self._labels.index(head) for head in HEADS]
        heads = artifact.manifest["heads"]
        self._whole = np.array([heads[label]["whole"] for label in self._labels])
        self._peak = np.array([heads[label]["peak"] for label in self._labels])
        self._bias = np.array([heads[label]["bias"] for label in self._labels])
        self._signs: list[float] = artifact.signs.tolist()
        self._usual = [
            Evidence(head, "submission", 0, 0, "what is usual", float(heads[head]["bias"])) for head in HEADS
        ]
        self._lock = Lock()
        self.version = artifact.version

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Open a trained model; None is the one that came with this package. Raises BadArtifact."""
        return cls(load(path or SHIPPED))

    @classmethod
    def from_setting(cls, path: Path | None) -> Self:
        """Open the model that REJOINDER_MODEL names, None when it is not set. Raises BadSetting."""
        try:
            return cls.load(path)
        except BadArtifact as problem:
            named = f"REJOINDER_MODEL cannot be {str(path)!r}: " if path else ""
            raise BadSetting(f"{named}{problem}") from problem

    def score(self, reading: ScoringInput) -> Score:
        """Score one comment. Any text is scored; none raises."""
        return self.score_many([reading])[0]

    def score_many(self, readings: Sequence[ScoringInput], *, told: bool = True) -> list[Score]:
        """Score many comments at once, in their order; faster than one by one.

        told: whether to say why; without evidence a score costs about half of it where all words were read before.
        """
        scores: list[Score] = []
        for batch in _batches(readings):
            scores += self._score_batch(batch, told)
        return scores

    def _score_batch(self, readings: Sequence[ScoringInput], told: bool) -> list[Score]:
        readings = [reading if len(reading.body) <= MAX_BYTES // 4 else _bounded(reading) for reading in readings]
        with self._lock:
            self._reader.age()
            found = [self._reader.read(reading.body) for reading in readings]
            self._rows.settle()
            numbers = np.concatenate([each.numbers for each in found])
            rows, hashes = self._rows.take(numbers)
        lengths = np.array([len(each.numbers) for each in found])
        sums = add_up(self._artifact, numbers, rows.astype(np.float64), hashes, lengths)
        logits = (sums.whole * self._whole + sums.peak * self._peak + self._bias).tolist()
        known = (np.add.reduceat(numbers < self._rows.known, sums.starts, dtype=np.int64) / lengths).tolist()
        moved: Iterable[tuple[Attribution, ...]] = repeat((), len(readings))
        if told:
            each_head = [strongest_words(sums, n, whole=self._whole[n], peak=self._peak[n]) for n in self._heads]
            moved = zip(*each_head, strict=True)
        return [self._tell(*each) for each in zip(readings, found, logits, known, moved, strict=True)]

    def _tell(
        self,
        reading: ScoringInput,
        found: ParsedText,
        logits: list[float],
        known: float,
        moved: tuple[Attribution, ...],
    ) -> Score:
        """logits: of all labels, that of spam without the submission's signs. known: the share of known words."""
        values, weights = measure(reading, found.seen, found.words()), self._signs
        signs = [(values[n] * weights[n], n, values[n]) for n in compress(_ALL, values) if weights[n]]
        labels = dict(zip(self._labels, map(_chance, logits), strict=True))
        labels["spam"] = _chance(logits[self._heads[0]] + sum([weight for weight, _, _ in signs]))
        language = (found.script and language_by_script(reading.body[:DETECTION_LENGTH])) or language_by_votes(
            found.votes
        )
        return Score(
            spam=labels["spam"],
            abuse=labels["abuse"],
            labels=labels,
            language=language,
            confidence=min(1.0, known + 0.1) * LANGUAGE_CONFIDENCE.get(language, UNSEEN_CONFIDENCE),
            evidence=self._evidence(reading.body, found, signs, moved) if moved else (),
            model=self.version,
        )

    def _evidence(
        self, text: str, found: ParsedText, signs: list[_Sign], moved: tuple[Attribution, ...]
    ) -> tuple[Evidence, ...]:
        """What moved each head, strongest first; the weights of all of a head's parts sum to its logit."""
        spans = Spans(text, found)
        parts = [*_of_signs(signs), *self._usual]
        for head, words in zip(HEADS, moved, strict=True):
            parts += _of_words(head, words, text, spans)
        parts.sort(key=_strength)
        return tuple(parts)


def _understand(manifest: Mapping[str, Any]) -> None:
    """Weights belong to signs by their place: one sign more or another order, and each would weigh another's."""
    if tuple(manifest["features"]) != FEATURES or not set(HEADS) <= set(manifest["labels"]):
        raise BadArtifact(
            f"The model {manifest['name']} is of another version of Rejoinder: its signs or labels are not the ones "
            "that this version knows. Use the model that came with it, or train yours again."
        )


def _of_signs(signs: list[_Sign]) -> list[Evidence]:
    shown = sorted(signs, key=lambda sign: -abs(sign[0]))[:SHOWN]
    parts = [Evidence("spam", "submission", 0, 0, _described(n, value), weight) for weight, n, value in shown]
    if len(signs) > SHOWN:
        rest = sum([weight for weight, _, _ in signs]) - sum([weight for weight, _, _ in shown])
        parts.append(Evidence("spam", "submission", 0, 0, "other signs", rest))
    return parts


def _of_words(head: str, moved: Attribution, text: str, spans: Spans) -> list[Evidence]:
    if not spans:
        return [Evidence(head, "submission", 0, 0, "no words", moved.weights[0])]
    told = zip(spans.of(moved.places), moved.weights, strict=True)
    parts = [Evidence(head, "body", start, end, text[start:end], weight) for (start, end), weight in told]
    if moved.others:
        parts.append(
            Evidence(head, "submission", 0, 0, f"{moved.others} other word{'s' * (moved.others > 1)}", moved.rest)
        )
    return parts


_described = lru_cache(maxsize=4096)(describe)


def _strength(part: Evidence) -> float:
    return -abs(part.weight)


def _chance(logit: float) -> float:
    return 1.0 / (1.0 + exp(-logit if -60.0 < logit < 60.0 else copysign(60.0, -logit)))


def _batches(readings: Sequence[ScoringInput]) -> Iterator[Sequence[ScoringInput]]:
    """The readings in batches of bounded length, so that memory is bounded too."""
    start = letters = 0
    for i, reading in enumerate(readings):
        letters += 1 + min(len(reading.body), MAX_BYTES)
        if letters > BATCH_LETTERS:
            yield readings[start : i + 1]
            start, letters = i + 1, 0
    if start < len(readings):
        yield readings[start:]


def _bounded(reading: ScoringInput) -> ScoringInput:
    """The reading with at most 8,000 bytes of text; the middle of a longer one is blanked, so that places stay.

    Bytes of UTF-8 and not letters, because a letter beyond ASCII also takes longer to read.
    """
    raw = reading.body.encode("utf-8", "replace")
    if len(raw) <= MAX_BYTES:
        return reading
    tail = MAX_BYTES // 4
    first = raw[: MAX_BYTES - tail].decode("utf-8", "ignore")  # a letter cut in two is left out
    last = raw[-tail:].decode("utf-8", "ignore")
    return replace(reading, body=first + " " * (len(reading.body) - len(first) - len(last)) + last)
