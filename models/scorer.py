"""Scores comments: the one place that knows both what a comment is and what the arrays mean.

A head's logit is a sum over words and features, scaled by calibration; the evidence is that sum, told word by word.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Final, Self

import numpy as np

from models.artifact import SHIPPED, Artifact, load
from models.heads import WINDOW, Doubles, Sums, add_up
from models.languages import TRAINED, UNSEEN, elect
from models.rows import Found, WordRows
from models.surface import describe, surface
from moderation.score import Evidence, Reading, Score

__all__ = ["Reading", "Scorer"]

SHOWN: Final = 6
MOST_LETTERS: Final = 10_000
BATCH_LETTERS: Final = 60_000


class Scorer:
    """Turns readings into scores. Safe for threads; the same reading always gives the same score."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._rows = WordRows(artifact)
        self._labels: list[str] = list(artifact.manifest["labels"])
        self._heads = [self._labels.index("spam"), self._labels.index("abuse")]
        heads = artifact.manifest["heads"]
        self._whole = np.array([heads[label]["whole"] for label in self._labels])
        self._peak = np.array([heads[label]["peak"] for label in self._labels])
        self._bias = np.array([heads[label]["bias"] for label in self._labels])
        self._lock = Lock()
        self.version = artifact.version

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Open a trained model; None is the one that came with this package. Raises BadArtifact."""
        return cls(load(path or SHIPPED))

    def score(self, reading: Reading) -> Score:
        """Score one comment. Any text is scored; none raises."""
        return self.score_many([reading])[0]

    def score_many(self, readings: Sequence[Reading], *, told: bool = True) -> list[Score]:
        """Score many comments at once, in their order; several times as fast as one by one.

        told: whether to say why; without evidence a score costs about half.
        """
        scores: list[Score] = []
        for batch in _batches(readings):
            scores += self._score_batch(batch, told)
        return scores

    def _score_batch(self, readings: Sequence[Reading], told: bool) -> list[Score]:
        readings = [reading if len(reading.body) <= MOST_LETTERS else _bounded(reading) for reading in readings]
        texts = [reading.body for reading in readings]
        signs = np.array([surface(reading) for reading in readings])
        with self._lock:
            self._rows.age()
            found = [self._rows.read(text) for text in texts]
            numbers = [
                [n for piece in each.pieces for n in piece.numbers] or [self._rows.number("")] for each in found
            ]
            self._rows.settle()
            lengths = np.array([len(each) for each in numbers])
            flat = np.array([n for each in numbers for n in each])
            rows, hashes = self._rows.take(flat)
        sums = add_up(self._artifact, flat, rows.astype(np.float64), hashes, lengths)
        logits = sums.whole * self._whole + sums.peak * self._peak + self._bias
        logits[:, self._heads[0]] += signs @ self._artifact.signs
        chances = (1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))).tolist()
        known = (np.add.reduceat(flat < self._rows.known, sums.starts) / lengths).tolist()
        return [
            self._tell(
                texts[i],
                found[i],
                chances[i],
                known[i],
                self._evidence(texts[i], found[i], sums, i, signs[i]) if told else (),
            )
            for i in range(len(texts))
        ]

    def _tell(
        self, text: str, found: Found, chances: list[float], known: float, evidence: tuple[Evidence, ...]
    ) -> Score:
        labels = dict(zip(self._labels, chances, strict=True))
        language = elect(text[:400], [tongue for piece in found.pieces for tongue in piece.languages])
        return Score(
            spam=labels["spam"],
            abuse=labels["abuse"],
            labels=labels,
            language=language,
            confidence=min(1.0, known + 0.1) * TRAINED.get(language, UNSEEN),
            evidence=evidence,
            model=self.version,
        )

    def _evidence(self, text: str, found: Found, sums: Sums, i: int, signs: Doubles) -> tuple[Evidence, ...]:
        """What moved each head, strongest first; the weights of all of a head's parts sum to its logit."""
        spans = _Spans(text, found)
        parts = [*self._signs(signs), *self._words("spam", sums, i, spans), *self._words("abuse", sums, i, spans)]
        parts.sort(key=_strength)
        return tuple(parts)

    def _signs(self, signs: Doubles) -> list[Evidence]:
        signed = signs * self._artifact.signs
        weights = signed.tolist()
        shown = [n for n in np.abs(signed).argsort()[: -SHOWN - 1 : -1].tolist() if weights[n]]
        parts = [Evidence("spam", "submission", 0, 0, _described(n, float(signs[n])), weights[n]) for n in shown]
        rest = float(signed.sum()) - sum(part.weight for part in parts)
        return [*parts, Evidence("spam", "submission", 0, 0, "other signs", rest)] if len(parts) == SHOWN else parts

    def _words(self, head: str, sums: Sums, i: int, spans: "_Spans") -> list[Evidence]:
        at, start, end = self._labels.index(head), int(sums.starts[i]), int(sums.ends[i])
        size = end - start
        weights = sums.words[start:end, at] * self._whole[at]
        top = int(sums.windows[start:end, at].argmax())
        share = self._peak[at] / min(size, WINDOW) ** 0.5
        weights[top : top + WINDOW] += sums.rows[start + top : min(start + top + WINDOW, end), at] * share
        order = np.abs(weights).argsort()[: -SHOWN - 1 : -1]
        parts = [
            spans.evidence(head, n, weight) for n, weight in zip(order.tolist(), weights[order].tolist(), strict=True)
        ]
        if size > len(parts):
            rest = float(weights.sum() - weights[order].sum())
            parts.append(Evidence(head, "submission", 0, 0, f"{size - len(parts)} other words", rest))
        parts.append(Evidence(head, "submission", 0, 0, "what is usual", float(self._bias[at])))
        return parts


_described = lru_cache(maxsize=4096)(describe)


def _strength(part: Evidence) -> float:
    return -abs(part.weight)


class _Spans:
    """Finds where the n-th word of a text stands in it; looks each piece up only when asked."""

    def __init__(self, text: str, found: Found) -> None:
        self._text = text
        self._found = found
        self._ends = list(accumulate([len(piece.numbers) for piece in found.pieces]))
        self._places = _places(text, found)

    def evidence(self, head: str, n: int, weight: float) -> Evidence:
        if not self._ends or not self._ends[-1]:
            return Evidence(head, "submission", 0, 0, "no words", weight)
        piece = bisect_right(self._ends, n)
        start, end = self._found.pieces[piece].spans[n - self._ends[piece]]
        place = self._places[piece]
        return Evidence(head, "body", place + start, place + end, self._text[place + start : place + end], weight)


def _places(text: str, found: Found) -> list[int]:
    """Where each piece begins in the text; the pieces of a joined text know that themselves."""
    if found.joined:
        return [0] * len(found.pieces)
    places, at = [], 0
    for raw in found.raw:
        at = text.index(raw, at)
        places.append(at)
        at += len(raw)
    return places


def _batches(readings: Sequence[Reading]) -> Iterator[Sequence[Reading]]:
    """The readings in batches of bounded length, so that memory is bounded too."""
    start = letters = 0
    for i, reading in enumerate(readings):
        letters += min(len(reading.body), MOST_LETTERS)
        if letters > BATCH_LETTERS:
            yield readings[start : i + 1]
            start, letters = i + 1, 0
    if start < len(readings):
        yield readings[start:]


def _bounded(reading: Reading) -> Reading:
    """The reading with at most 10,000 letters; the middle of a longer one is blanked, so that places stay."""
    text, head = reading.body, MOST_LETTERS * 3 // 4
    tail = MOST_LETTERS - head
    return replace(reading, body=text[:head] + " " * (len(text) - MOST_LETTERS) + text[-tail:])
