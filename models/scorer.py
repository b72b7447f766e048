"""Scores comments: the one module that knows both the domain's comments and the model's arrays.

A head's logit is a sum over words and features, scaled by calibration. The evidence is the terms of that sum.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, compress, repeat, zip_longest
from math import copysign, exp
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple, Self

import numpy as np

from models.artifact import SHIPPED as SHIPPED_FOLDER
from models.artifact import Artifact, BadArtifact, load
from models.evidence import HEADS, SignTerm, evidence_of, sender_evidence, sign_evidence, without_span
from models.features.languages import UNKNOWN, Detection
from models.features.ngrams import Hashes
from models.features.submission import FEATURES, submission_features
from models.inference.attribution import Attribution, strongest_words
from models.inference.linear_heads import Sums, sum_words
from models.inference.parsed_text import ParsedText
from models.inference.reader import Reader
from models.inference.vocabulary import Vocabulary
from models.inference.word_languages import WordLanguages
from models.inference.word_vectors import WordVectors
from models.learning.observation import BUCKETS, Observation
from models.learning.reputation import sender_keys
from models.learning.serving import LearnedWords, ServedModel, learned_words
from models.learning.site_model import SiteModel
from models.text.lexicon import Lexicon
from models.text.swearing import swearing_level
from moderation.errors import BadSetting
from moderation.score import SHIPPED, SITE, Evidence, Lines, LogOdds, Score, ScoringInput

__all__ = ["Scorer", "ScoringInput"]

FOREIGN: Final = "foreign_abuse"  # the head of `abuse` for texts that are likely in another language than English
FOREIGN_FROM: Final = 0.8  # the probability of a language from which its texts get that head
MAX_BYTES: Final = 8_000
BATCH_CHARS: Final = 60_000

_ALL: Final = range(len(FEATURES))
_PLAIN: Final = (1.0, 1.0)  # how far the shipped log-odds are trusted where the shipped line is in force


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
        return cls(load(path or SHIPPED_FOLDER))

    @classmethod
    def from_setting(cls, path: Path | None) -> Self:
        """Load the model that REJOINDER_MODEL names, None if it is not set. Raises BadSetting."""
        try:
            return cls.load(path)
        except BadArtifact as problem:
            setting = f"REJOINDER_MODEL cannot be {str(path)!r}: " if path else ""
            raise BadSetting(f"{setting}{problem}") from problem

    def score(self, comment: ScoringInput, site_model: ServedModel | None = None) -> Score:
        """Score one comment, whatever its text."""
        return self.score_many([comment], site_models=[site_model])[0]

    def score_many(
        self,
        comments: Sequence[ScoringInput],
        *,
        with_evidence: bool = True,
        site_models: Sequence[ServedModel | None] = (),
        authors: Sequence[Sequence[int]] = (),
    ) -> list[Score]:
        """Score comments in their order; much faster than one by one.

        with_evidence: False saves up to half of the time. site_models: for each comment, the weights of its site;
        () when no site has any. authors: for each comment, keyed hashes as in `moderation.lessons.Author`; () when
        they are not known.
        """
        scores: list[Score] = []
        models = site_models or [None] * len(comments)
        for batch in _batches(comments):
            part = slice(len(scores), len(scores) + len(batch))
            senders = [_from_sender(*each) for each in zip_longest(models[part], authors[part])]
            scores += self._score_batch(batch, with_evidence, models[part], senders)
        return scores

    def observe_many(self, comments: Sequence[ScoringInput]) -> list[Observation]:
        """What a site's learner sees of comments, in their order."""
        seen: list[Observation] = []
        for batch in _batches(comments):
            seen += self._observe_batch(batch)
        return seen

    def words_of(self, body: str) -> list[str]:
        """The words of a text as the vocabulary spells them."""
        with self._lock:
            self._reader.evict()
            return [self._vocabulary.word_of(word_id) for word_id in self._reader.read(body).word_ids]

    @property
    def samples(self) -> list[ScoringInput]:
        """The texts that came with the model, whose scores are known."""
        return [ScoringInput(each["text"]) for each in self._artifact.manifest["sample"]]

    def _read_batch(self, comments: Sequence[ScoringInput]) -> "_Batch":
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
        parts = zip(comments, texts, languages, logits, abuse_heads, known_shares, strict=True)
        return _Batch([_Read(*each) for each in parts], sums, hashes)

    def _score_batch(
        self,
        comments: Sequence[ScoringInput],
        with_evidence: bool,
        models: Sequence[ServedModel | None],
        senders: Sequence["_FromSender"],
    ) -> list[Score]:
        batch = self._read_batch(comments)
        has_words = [bool(each.text.word_ids) for each in batch.read]
        learned = learned_words(models, batch.sums, batch.hashes, has_words)
        totals = learned.totals.tolist() if learned else repeat((0.0, 0.0))
        attributions: Iterable[tuple[Attribution, ...]] = repeat((), len(comments))
        if with_evidence:
            attributions = self._attributions(batch.sums, [each.abuse_head for each in batch.read], learned)
        return [self._build(*each) for each in zip(batch.read, attributions, models, totals, senders, strict=False)]

    def _observe_batch(self, comments: Sequence[ScoringInput]) -> Iterator[Observation]:
        batch = self._read_batch(comments)
        buckets = (batch.hashes & np.uint64(BUCKETS - 1)).astype(np.uint32)
        for read, start, end in zip(batch.read, batch.sums.starts.tolist(), batch.sums.ends.tolist(), strict=True):
            shipped, values = self._shipped(read)
            words = np.sort(buckets[start:end][batch.sums.distinct[start:end]]) if read.text.word_ids else buckets[:0]
            yield Observation(*shipped.log_odds, words, np.array(values, np.float32))

    def _attributions(
        self, sums: Sums, abuse_heads: Sequence[int], learned: LearnedWords | None
    ) -> Iterator[tuple[Attribution, ...]]:
        """For each text, what its words contribute to spam and to the head of abuse for its language."""
        words = {
            head: strongest_words(
                sums,
                head,
                whole=self._whole[head],
                peak=self._peak[head],
                scales=learned and learned.scales[:, int(head != self._spam)],
                learned=learned and learned.words[:, int(head != self._spam)],
            )
            for head in {self._spam, *abuse_heads}
        }
        return ((words[self._spam][n], words[abuse_head][n]) for n, abuse_head in enumerate(abuse_heads))

    def _shipped(self, read: "_Read") -> "tuple[_Shipped, list[float]]":
        """The shipped log-odds with what they consist of beside words, and the value of each of FEATURES."""
        words, weights = read.text.feature_words(), self._feature_weights
        values = submission_features(read.comment, read.text.counts, words, read.language.language)
        signs = sum([values[n] * weights[n] for n in compress(_ALL, values)])
        swearing, listed = 0.0, 0
        if read.language.language in self._swearing:
            level, listed = swearing_level(words, read.language.language, read.comment.body)
            swearing = level * self._swearing[read.language.language]
        log_odds = LogOdds(read.logits[self._spam] + signs, read.logits[read.abuse_head] + swearing)
        return _Shipped(log_odds, swearing, listed), values

    def _build(
        self,
        read: "_Read",
        attributions: tuple[Attribution, ...],
        served: ServedModel | None,
        from_words: Sequence[float],
        from_sender: "_FromSender",
    ) -> Score:
        """served: the weights of the comment's site. from_words, from_sender: what its words and its sender add to
        the site's two log-odds."""
        shipped, values = self._shipped(read)
        lines = _lines(shipped.log_odds, values, served, from_words, from_sender)
        taught = served.weights if served and served.is_in_force else None
        chances = LogOdds(*map(_sigmoid, lines.site if taught and lines.site else lines.shipped))
        labels = dict(zip(self._labels, map(_sigmoid, read.logits), strict=True))
        del labels[FOREIGN]
        labels |= chances._asdict()
        evidence: tuple[Evidence, ...] = ()
        if attributions:
            signs = [*self._constants(read, shipped, taught), *self._signs(values, taught)]
            signs += sender_evidence(from_sender) if taught else ()
            evidence = evidence_of(read.comment.body, read.text, signs, attributions)
        return Score(
            spam=chances.spam,
            abuse=chances.abuse,
            labels=labels,
            language=read.language.language,
            language_confidence=read.language.probability,
            confidence=min(1.0, read.known_share + 0.1) * read.language.training,
            evidence=evidence,
            model=self.version,
            lines=lines,
        )

    def _constants(self, read: "_Read", shipped: "_Shipped", taught: SiteModel | None) -> Iterator[Evidence]:
        """What is usual, by head, and how much the listed words of a language say."""
        scales = (taught.spam.scale, taught.abuse.scale) if taught else _PLAIN
        offsets = (taught.spam.offset, taught.abuse.offset) if taught else (0.0, 0.0)
        biases = (float(self._bias[self._spam]), float(self._bias[read.abuse_head]))
        for head, scale, offset, bias in zip(HEADS, scales, offsets, biases, strict=True):
            yield without_span(head, scale * bias + offset, "evidence.usual", learned=offset)
        if shipped.swearing:
            yield without_span("abuse", scales[1] * shipped.swearing, "evidence.swearing", {"n": shipped.listed})

    def _signs(self, values: list[float], taught: SiteModel | None) -> Iterator[Evidence]:
        """What the features say of spam, and of abuse where the site's decisions taught it."""
        weights = self._feature_weights
        if taught is None:
            terms = [SignTerm(values[n] * weights[n], n, values[n]) for n in compress(_ALL, values) if weights[n]]
            return sign_evidence("spam", terms)
        spam, abuse = taught.spam.sign_weights, taught.abuse.sign_weights
        shown, scale = [n for n in compress(_ALL, values) if weights[n] or spam[n] or abuse[n]], taught.spam.scale
        of_spam = [
            SignTerm(values[n] * (scale * weights[n] + spam[n]), n, values[n], values[n] * spam[n]) for n in shown
        ]
        of_abuse = [SignTerm(values[n] * abuse[n], n, values[n], values[n] * abuse[n]) for n in shown if abuse[n]]
        return chain(sign_evidence("spam", of_spam), sign_evidence("abuse", of_abuse))


class _Read(NamedTuple):
    """A comment as it was read. logits: of all heads, from the words alone. known_share: of the words, in [0, 1]."""

    comment: ScoringInput
    text: ParsedText
    language: Detection
    logits: list[float]
    abuse_head: int
    known_share: float


class _Batch(NamedTuple):
    """Comments that were read together."""

    read: list[_Read]
    sums: Sums
    hashes: Hashes


class _Shipped(NamedTuple):
    """swearing: what the listed words of the language add to abuse; listed: how many there are."""

    log_odds: LogOdds
    swearing: float
    listed: int


_FromSender = list[tuple[int, float, float]]
"""The number of each kind of sender that is known, and what it adds to spam and to abuse."""


def _from_sender(served: ServedModel | None, author: Sequence[int] | None) -> _FromSender:
    return served.weights.from_sender(sender_keys(author)) if served and author else []


def _lines(
    shipped: LogOdds,
    values: list[float],
    served: ServedModel | None,
    from_words: Sequence[float],
    from_sender: _FromSender,
) -> Lines:
    if served is None:
        return Lines(shipped)
    (spam, abuse), (spam_signs, abuse_signs) = served.weights.heads, served.sign_weights
    of_spam = of_abuse = 0.0
    for n in compress(_ALL, values):
        of_spam += values[n] * spam_signs[n]
        of_abuse += values[n] * abuse_signs[n]
    for _, to_spam, to_abuse in from_sender:
        of_spam += to_spam
        of_abuse += to_abuse
    site = LogOdds(
        spam.scale * shipped.spam + spam.offset + from_words[0] + of_spam,
        abuse.scale * shipped.abuse + abuse.offset + from_words[1] + of_abuse,
    )
    return Lines(shipped, site, SITE if served.is_in_force else SHIPPED, served.id)


def _is_foreign(language: Detection) -> bool:
    return language.probability >= FOREIGN_FROM and language.language not in ("en", UNKNOWN)


def _check_compatibility(manifest: Mapping[str, Any]) -> None:
    """Feature weights are matched by position, so the features must be the same ones in the same order."""
    if tuple(manifest["features"]) != FEATURES or not {*HEADS, FOREIGN} <= set(manifest["labels"]):
        raise BadArtifact(
            f"The model {manifest['name']} is for another version of Rejoinder: its features or labels differ. "
            "Use the model that came with this version, or train yours again."
        )


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
