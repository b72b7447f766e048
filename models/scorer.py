"""Scores comments: the one place that knows both what a comment is and what the arrays mean.

A head's logit is a sum over words and features, scaled by calibration; the evidence is that same sum, told word by word.
"""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final, Self

import numpy as np

from models.artifact import SHIPPED, Artifact, load
from models.features import Floats, Ints, pair_buckets
from models.languages import TRAINED, UNSEEN, language_of
from models.rows import WordRows
from models.text import pieces
from moderation.score import Evidence, Reading, Score

WINDOW: Final = 8
SHOWN: Final = 8
MOST_LETTERS: Final = 20_000
BATCH_LETTERS: Final = 60_000


class Scorer:
    """Turns readings into scores. Safe for threads; the same reading always gives the same score."""

    def __init__(self, artifact: Artifact) -> None:
        self._artifact = artifact
        self._rows = WordRows(artifact)
        self._labels: list[str] = list(artifact.manifest["labels"])
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

    def score_many(self, readings: Sequence[Reading]) -> list[Score]:
        """Score many comments at once, in their order; several times as fast as one by one."""
        scores: list[Score] = []
        batch: list[Reading] = []
        letters = 0
        for reading in readings:
            batch.append(reading)
            letters += min(len(reading.body), MOST_LETTERS)
            if letters > BATCH_LETTERS:
                scores += self._score_batch(batch)
                batch, letters = [], 0
        return scores + self._score_batch(batch) if batch else scores

    def _score_batch(self, readings: Sequence[Reading]) -> list[Score]:
        texts = [_bounded(reading.body) for reading in readings]
        with self._lock:
            self._rows.age()
            numbers = [self._rows.read(text) or [0] for text in texts]
            self._rows.settle()
            lengths = np.fromiter(map(len, numbers), dtype=np.int64, count=len(numbers))
            flat = np.fromiter((n for text in numbers for n in text), dtype=np.int64, count=int(lengths.sum()))
            rows = self._word_rows(flat, np.cumsum(lengths))
        ends = np.cumsum(lengths)
        starts = ends - lengths
        whole = np.add.reduceat(rows, starts, axis=0) / np.sqrt(lengths)[:, None]
        windows = _windows(rows, ends, lengths)
        peak = np.maximum.reduceat(windows, starts, axis=0)
        logits = whole * self._whole + peak * self._peak + self._bias
        chances = 1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))
        known = np.add.reduceat((flat < self._rows.known).astype(np.float64), starts) / lengths
        return [
            self._tell(texts[i], rows[starts[i] : ends[i]], windows[starts[i] : ends[i]], chances[i], float(known[i]))
            for i in range(len(texts))
        ]

    def _word_rows(self, flat: Ints, ends: Ints) -> Floats:
        """The row of each word in place, with the pair that it begins; shape (n_words, n_labels)."""
        rows, hashes = self._rows.take(flat)
        rows = rows.astype(np.float64)
        inner = np.ones(len(flat), dtype=bool)
        inner[ends - 1] = False
        first = np.flatnonzero(inner)
        rows[first] += self._artifact.pairs.take(pair_buckets(hashes[first], hashes[first + 1]), axis=0)
        return rows

    def _tell(self, text: str, rows: Floats, windows: Floats, chances: Floats, known: float) -> Score:
        labels = dict(zip(self._labels, chances.tolist(), strict=True))
        language = language_of(text)
        evidence = [*self._evidence("spam", text, rows, windows), *self._evidence("abuse", text, rows, windows)]
        return Score(
            spam=labels["spam"],
            abuse=labels["abuse"],
            labels=labels,
            language=language,
            confidence=min(1.0, known + 0.2) * TRAINED.get(language, UNSEEN),
            evidence=tuple(evidence),
            model=self.version,
        )

    def _evidence(self, head: str, text: str, rows: Floats, windows: Floats) -> list[Evidence]:
        """What moved one head, strongest first; the weights of all of it sum to the head's logit."""
        at = self._labels.index(head)
        size = len(rows)
        weights = rows[:, at] * (self._whole[at] / np.sqrt(size))
        top = int(windows[:, at].argmax())
        weights[top : top + WINDOW] += rows[top : top + WINDOW, at] * (self._peak[at] / np.sqrt(min(size, WINDOW)))
        spans = self._spans(text)
        if len(spans) != size:
            spans = [(0, 0)] * size
        order = np.argsort(-np.abs(weights))[:SHOWN].tolist()
        told = [Evidence(head, "body", *spans[i], text[slice(*spans[i])], float(weights[i])) for i in order]
        rest = float(np.delete(weights, order).sum())
        told.append(Evidence(head, "submission", 0, 0, f"{size - len(order)} other words", rest))
        told.append(Evidence(head, "submission", 0, 0, "what is usual", float(self._bias[at])))
        return told

    def _spans(self, text: str) -> list[tuple[int, int]]:
        return [
            (at + start, at + end)
            for at, piece in pieces(text)
            for _, start, end in self._rows.lexicon.read(piece)
        ]


def _bounded(text: str) -> str:
    """A text of at most 20,000 letters: its first three quarters and its end, where a long text hides things."""
    if len(text) <= MOST_LETTERS:
        return text
    head = MOST_LETTERS * 3 // 4
    return f"{text[:head]} {text[head - MOST_LETTERS :]}"


def _windows(rows: Floats, ends: Ints, lengths: Ints) -> Floats:
    """For each word, the scaled sum of the window that begins there and stays in its text; shape of `rows`."""
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, out=sums[1:])
    last = np.repeat(ends, lengths)
    stops = np.minimum(np.arange(len(rows)) + WINDOW, last)
    return (sums[stops] - sums[:-1]) / np.sqrt(np.repeat(np.minimum(lengths, WINDOW), lengths))[:, None]
