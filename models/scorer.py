"""Scores comments: the one module that knows both the domain's comments and the model's arrays.

A head's logit is a sum over words and features, scaled by calibration. The evidence is the terms of that sum.
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
from models.features.languages import UNKNOWN, Detection
from models.features.submission import FEATURES, describe, submission_features
from models.inference.attribution import MAX_WORDS, Attribution, strongest_words
from models.inference.linear_heads import Sums, sum_words
from models.inference.parsed_text import ParsedText, WordPositions
from models.inference.reader import Reader
from models.inference.vocabulary import Vocabulary
from models.inference.word_languages import WordLanguages
from models.inference.word_vectors import WordVectors
from models.text.lexicon import Lexicon
from models.text.swearing import swearing_level
from moderation.errors import BadSetting
from moderation.messages import Param
from moderation.score import Evidence, Lines, LogOdds, Score, ScoringInput

__all__ = ["Scorer", "ScoringInput"]

HEADS: Final = ("spam", "abuse")
FOREIGN: Final = "foreign_abuse"  # the head of `abuse` for texts that are likely in another language than English
FOREIGN_FROM: Final = 0.8  # the probability of a language from which its texts get that head
MAX_BYTES: Final = 8_000
BATCH_CHARS: Final = 60_000

_ALL: Final = range(len(FEATURES))
_NO_PARAMS: Mapping[str, Param] = {}
_Contribution = tuple[float, int, float]  # log-odds, index of the feature, its value


class Scorer:
    """Scores comments. Thread-safe and deterministic."""

    def __init__(self, artifact: Artifact) -> None:
        """Raises BadArtifact for a model with other features or labels than this version has."""
        _check_compatibility(artifact.manifest)
        self._artifact = artifact
        lexicon = Lexicon(dict(zip(artifact.words, artifact.counts.tolist(), strict=True)))
        self._vocabulary = Vocabulary(lexicon, artifact.ordinary.tobytes())
        self._vectors = WordVectors(artifact, self._vocabulary)
        self._reader = Reader(self._vocabulary)
        self._languages = WordLanguages(self._vocabulary)
        self._labels: list[str] = list(artifact.manifest["labels"])
        self._spam, self._abuse, self._foreign = map(self._labels.index, (*HEADS, FOREIGN))
        heads = artifact.manifest["heads"]
        self._whole = np.array([heads[label]["whole"] for label in self._labels])
        self._peak = np.array([heads[label]["peak"] for label in self._labels])
        self._bias = np.array([heads[label]["bias"] for label in self._labels])
        self._feature_weights: list[float] = artifact.feature_weights.tolist()
        self._swearing: dict[str, float] = heads[FOREIGN].get("swearing", {})
        self._lock = Lock()
        self.version = artifact.version

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Load a model from a folder; None means the one in this package. Raises BadArtifact."""
        return cls(load(path or SHIPPED))

    @classmethod
    def from_setting(cls, path: Path | None) -> Self:
        """Load the model that REJOINDER_MODEL names, None if it is not set. Raises BadSetting."""
        try:
            return cls.load(path)
        except BadArtifact as problem:
            setting = f"REJOINDER_MODEL cannot be {str(path)!r}: " if path else ""
            raise BadSetting(f"{setting}{problem}") from problem

    def score(self, comment: ScoringInput) -> Score:
        """Score one comment, whatever its text."""
        return self.score_many([comment])[0]

    def score_many(self, comments: Sequence[ScoringInput], *, with_evidence: bool = True) -> list[Score]:
        """Score comments in their order; much faster than one by one.

        with_evidence: False saves up to half of the time.
        """
        scores: list[Score] = []
        for batch in _batches(comments):
            scores += self._score_batch(batch, with_evidence)
        return scores

    def _score_batch(self, comments: Sequence[ScoringInput], with_evidence: bool) -> list[Score]:
        comments = [comment if len(comment.body) <= MAX_BYTES // 4 else _truncated(comment) for comment in comments]
        with self._lock:
            self._reader.evict()
            texts = [self._reader.read(comment.body) for comment in comments]
            ids = [text.word_ids or [self._vocabulary.id_of("")] for text in texts]
            self._vectors.update()
            word_ids = np.concatenate(ids)
            vectors, hashes = self._vectors.take(word_ids)
            lengths = np.array([len(each) for each in ids])
            bodies = [comment.body for comment in comments]
            languages = self._languages.detect_many(bodies, texts, ids)
        sums = sum_words(self._artifact, word_ids, vectors.astype(np.float64), hashes, lengths)
        logits = (sums.whole * self._whole + sums.peak * self._peak + self._bias).tolist()
        is_known = word_ids < self._vocabulary.size
        known_shares = (np.add.reduceat(is_known, sums.starts, dtype=np.int64) / lengths).tolist()
        abuse_heads = [self._foreign if _is_foreign(language) else self._abuse for language in languages]
        attributions: Iterable[tuple[Attribution, ...]] = repeat((), len(comments))
        if with_evidence:
            attributions = self._attributions(sums, abuse_heads)
        parts = zip(comments, texts, languages, logits, abuse_heads, known_shares, attributions, strict=True)
        return [self._build(*each) for each in parts]

    def _attributions(self, sums: Sums, abuse_heads: Sequence[int]) -> Iterator[tuple[Attribution, ...]]:
        """For each text, what its words contribute to spam and to the head of abuse for its language."""
        words = {
            head: strongest_words(sums, head, whole=self._whole[head], peak=self._peak[head])
            for head in {self._spam, *abuse_heads}
        }
        return ((words[self._spam][n], words[abuse_head][n]) for n, abuse_head in enumerate(abuse_heads))

    def _build(
        self,
        comment: ScoringInput,
        text: ParsedText,
        language: Detection,
        logits: list[float],
        abuse_head: int,
        known_share: float,
        attributions: tuple[Attribution, ...],
    ) -> Score:
        """logits: of all heads, from the words alone. known_share: of the words, in [0, 1]."""
        words, weights = text.feature_words(), self._feature_weights
        values = submission_features(comment, text.counts, words, language.language)
        features = [(values[n] * weights[n], n, values[n]) for n in compress(_ALL, values) if weights[n]]
        swearing, listed = 0.0, 0
        if abuse_head == self._foreign and language.language in self._swearing:
            level, listed = swearing_level(words, language.language)
            swearing = level * self._swearing[language.language]
        labels = dict(zip(self._labels, map(_sigmoid, logits), strict=True))
        del labels[FOREIGN]
        shipped = LogOdds(
            spam=logits[self._spam] + sum([weight for weight, _, _ in features]), abuse=logits[abuse_head] + swearing
        )
        labels["spam"], labels["abuse"] = map(_sigmoid, shipped)
        evidence: tuple[Evidence, ...] = ()
        if attributions:
            signs = [
                _without_span("spam", float(self._bias[self._spam]), "evidence.usual"),
                _without_span("abuse", float(self._bias[abuse_head]), "evidence.usual"),
                *([_without_span("abuse", swearing, "evidence.swearing", {"n": listed})] if listed else ()),
                *_feature_evidence(features),
            ]
            evidence = _evidence(comment.body, text, signs, attributions)
        return Score(
            spam=labels["spam"],
            abuse=labels["abuse"],
            labels=labels,
            language=language.language,
            language_confidence=language.probability,
            confidence=min(1.0, known_share + 0.1) * language.training,
            evidence=evidence,
            model=self.version,
            lines=Lines(shipped),
        )


def _is_foreign(language: Detection) -> bool:
    return language.probability >= FOREIGN_FROM and language.language not in ("en", UNKNOWN)


def _check_compatibility(manifest: Mapping[str, Any]) -> None:
    """Feature weights are matched by position, so the features must be the same ones in the same order."""
    if tuple(manifest["features"]) != FEATURES or not {*HEADS, FOREIGN} <= set(manifest["labels"]):
        raise BadArtifact(
            f"The model {manifest['name']} is for another version of Rejoinder: its features or labels differ. "
            "Use the model that came with this version, or train yours again."
        )


def _evidence(
    body: str, text: ParsedText, signs: list[Evidence], attributions: tuple[Attribution, ...]
) -> tuple[Evidence, ...]:
    """The terms of each head's logit, strongest first. The weights of a head sum to its logit.

    signs: the terms that no words of the text show; extended in place.
    """
    positions = WordPositions(body, text) if text.word_ids else None
    for head, attribution in zip(HEADS, attributions, strict=True):
        signs += _word_evidence(head, attribution, body, positions)
    signs.sort(key=_strength)
    return tuple(signs)


def _feature_evidence(features: list[_Contribution]) -> list[Evidence]:
    shown = sorted(features, key=lambda feature: -abs(feature[0]))[:MAX_WORDS]
    parts = [_without_span("spam", weight, *_described(n, value)) for weight, n, value in shown]
    if len(features) > MAX_WORDS:
        rest = sum([weight for weight, _, _ in features]) - sum([weight for weight, _, _ in shown])
        parts.append(_without_span("spam", rest, "evidence.other_signs"))
    return parts


def _word_evidence(head: str, words: Attribution, body: str, positions: WordPositions | None) -> list[Evidence]:
    if positions is None:
        return [_without_span(head, words.weights[0], "evidence.no_words")]
    spans = zip(positions.spans(words.words), words.weights, strict=True)
    parts = [Evidence(head, "body", start, end, body[start:end], weight) for (start, end), weight in spans]
    if words.others:
        parts.append(_without_span(head, words.rest, "evidence.other_words", {"n": words.others}))
    return parts


def _without_span(head: str, weight: float, code: str, params: Mapping[str, Param] = _NO_PARAMS) -> Evidence:
    """Evidence that no span of the text shows, described by a message."""
    return Evidence(head, "submission", 0, 0, "", weight, code, params)


_described = lru_cache(maxsize=4096)(describe)


def _strength(part: Evidence) -> float:
    return -abs(part.weight)


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + exp(-logit if -60.0 < logit < 60.0 else copysign(60.0, -logit)))


def _batches(comments: Sequence[ScoringInput]) -> Iterator[Sequence[ScoringInput]]:
    """Split comments into batches of bounded length, which bounds memory."""
    start = chars = 0
    for i, comment in enumerate(comments):
        chars += 1 + min(len(comment.body), MAX_BYTES)
        if chars > BATCH_CHARS:
            yield comments[start : i + 1]
            start, chars = i + 1, 0
    if start < len(comments):
        yield comments[start:]


def _truncated(comment: ScoringInput) -> ScoringInput:
    """The comment with at most 8,000 bytes of text. The middle of a longer one is blanked, so that positions stay.

    The limit is in bytes of UTF-8 because characters beyond ASCII also take longer to parse.
    """
    raw = comment.body.encode("utf-8", "replace")
    if len(raw) <= MAX_BYTES:
        return comment
    tail = MAX_BYTES // 4
    first = raw[: MAX_BYTES - tail].decode("utf-8", "ignore")  # drops a character that is cut in two
    last = raw[-tail:].decode("utf-8", "ignore")
    return replace(comment, body=first + " " * (len(comment.body) - len(first) - len(last)) + last)
