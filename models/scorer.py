"""Scores comments, read in batches by `batch_reader.py`.

A head's logit is a sum over words and features, scaled by calibration. The evidence is the terms of that sum.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, repeat, zip_longest
from math import copysign, exp
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import numpy as np

from models.artifact import SHIPPED as SHIPPED_FOLDER
from models.artifact import Artifact, BadArtifact, load
from models.batch_reader import FOREIGN, BatchReader, ReadComment, batches
from models.evidence import HEADS, SignTerm, evidence_of, sender_evidence, sign_evidence, without_span
from models.features.submission import FEATURES, submission_features
from models.inference.attribution import Attribution, strongest_words
from models.inference.linear_heads import Sums
from models.inference.sentence_encoder import SentenceEncoder
from models.learning.observation import BUCKETS, Observation
from models.learning.reputation import sender_keys
from models.learning.serving import LearnedWords, ServedModel, learned_words
from models.learning.site_model import SiteModel
from models.text.swearing import swearing_level
from moderation.errors import BadSetting
from moderation.score import SHIPPED, SITE, Evidence, Lines, LogOdds, Score, ScoringInput

__all__ = ["Scorer", "ScoringInput"]

_ALL: Final = range(len(FEATURES))
_PLAIN: Final = (1.0, 1.0)  # how far the shipped log-odds are trusted where the shipped line is in force


class Scorer:
    """Scores comments. Thread-safe and deterministic."""

    def __init__(self, artifact: Artifact, encoder: SentenceEncoder | None = None) -> None:
        """Raises BadArtifact for a model with other features or labels than this version has.

        encoder: what else is asked about abuse in other languages; None for nothing else.
        """
        _check_compatibility(artifact.manifest)
        self._artifact = artifact
        self._reader = BatchReader(artifact, encoder)
        heads = artifact.manifest["heads"]
        self._feature_weights: list[float] = artifact.feature_weights.tolist()
        self._swearing: dict[str, float] = heads[FOREIGN].get("swearing", {})
        self.encoder = encoder
        self.version = f"{artifact.version}+{encoder.version}" if encoder else artifact.version

    @classmethod
    def load(cls, path: Path | None = None, encoder: SentenceEncoder | None = None) -> Self:
        """Load a model from a folder; None means the one in this package. Raises BadArtifact."""
        return cls(load(path or SHIPPED_FOLDER), encoder)

    @classmethod
    def from_setting(cls, path: Path | None, *, with_encoder: bool = False) -> Self:
        """Load the model that REJOINDER_MODEL names, None if it is not set. Raises BadSetting.

        with_encoder: ask the multilingual encoder too if it is installed. One that cannot be used is left out.
        """
        try:
            return cls.load(path, SentenceEncoder.find_usable() if with_encoder else None)
        except BadArtifact as problem:
            setting = f"REJOINDER_MODEL cannot be {str(path)!r}: " if path else ""
            raise BadSetting(f"{setting}{problem}") from problem

    def load_encoder(self) -> None:
        """Read the encoder's weights now, so that forked processes share them. One that cannot be read is logged."""
        if self.encoder is not None:
            self.encoder.additions(["."], list(self.encoder.slopes)[:1])

    def is_whole(self) -> bool:
        """Whether the encoder answers, if there is one: for want of memory it may not be loadable for a while."""
        return self.encoder is None or self.encoder.is_ready()

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
        for batch in batches(comments):
            part = slice(len(scores), len(scores) + len(batch))
            senders = [_from_sender(*each) for each in zip_longest(models[part], authors[part])]
            scores += self._score_batch(batch, with_evidence, models[part], senders)
        return scores

    def observe_many(self, comments: Sequence[ScoringInput]) -> list[Observation]:
        """What a site's learner sees of comments, in their order."""
        seen: list[Observation] = []
        for batch in batches(comments):
            seen += self._observe_batch(batch)
        return seen

    def words_of(self, body: str) -> list[str]:
        """The words of a text as the vocabulary spells them."""
        return self._reader.words_of(body)

    @property
    def samples(self) -> list[ScoringInput]:
        """The texts that came with the model, whose scores are known."""
        return [ScoringInput(each["text"]) for each in self._artifact.manifest["sample"]]

    def _score_batch(
        self,
        comments: Sequence[ScoringInput],
        with_evidence: bool,
        models: Sequence[ServedModel | None],
        senders: Sequence["_FromSender"],
    ) -> list[Score]:
        batch = self._reader.read(comments)
        has_words = [bool(each.text.word_ids) for each in batch.read]
        learned = learned_words(models, batch.sums, batch.hashes, has_words)
        totals = learned.totals.tolist() if learned else repeat((0.0, 0.0))
        attributions: Iterable[tuple[Attribution, ...]] = repeat((), len(comments))
        if with_evidence:
            attributions = self._attributions(batch.sums, [each.abuse_head for each in batch.read], learned)
        return [self._build(*each) for each in zip(batch.read, attributions, models, totals, senders, strict=False)]

    def _observe_batch(self, comments: Sequence[ScoringInput]) -> Iterator[Observation]:
        batch = self._reader.read(comments)
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
                whole=self._reader.whole[head],
                peak=self._reader.peak[head],
                scales=learned and learned.scales[:, int(head != self._reader.spam)],
                learned=learned and learned.words[:, int(head != self._reader.spam)],
            )
            for head in {self._reader.spam, *abuse_heads}
        }
        return ((words[self._reader.spam][n], words[abuse_head][n]) for n, abuse_head in enumerate(abuse_heads))

    def _shipped(self, read: ReadComment) -> "tuple[_Shipped, list[float]]":
        """The shipped log-odds with what they consist of beside words, and the value of each of FEATURES."""
        words, weights = read.text.feature_words(), self._feature_weights
        values = submission_features(read.comment, read.text.counts, words, read.language.language)
        signs = sum([values[n] * weights[n] for n in compress(_ALL, values)])
        swearing, listed = 0.0, 0
        if read.language.language in self._swearing:
            level, listed = swearing_level(words, read.language.language, read.comment.body)
            swearing = level * self._swearing[read.language.language]
        abuse = read.logits[read.abuse_head] + swearing + (read.added or 0.0)
        log_odds = LogOdds(read.logits[self._reader.spam] + signs, abuse)
        return _Shipped(log_odds, swearing, listed), values

    def _build(
        self,
        read: ReadComment,
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
        labels = dict(zip(self._reader.labels, map(_sigmoid, read.logits), strict=True))
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
            model=self._artifact.version if read.added is None else self.version,
            lines=lines,
        )

    def _constants(self, read: ReadComment, shipped: "_Shipped", taught: SiteModel | None) -> Iterator[Evidence]:
        """What is usual, by head, how much the listed words of a language say, and what the encoder does."""
        scales = (taught.spam.scale, taught.abuse.scale) if taught else _PLAIN
        offsets = (taught.spam.offset, taught.abuse.offset) if taught else (0.0, 0.0)
        biases = (float(self._reader.bias[self._reader.spam]), float(self._reader.bias[read.abuse_head]))
        for head, scale, offset, bias in zip(HEADS, scales, offsets, biases, strict=True):
            yield without_span(head, scale * bias + offset, "evidence.usual", learned=offset)
        if shipped.swearing:
            yield without_span("abuse", scales[1] * shipped.swearing, "evidence.swearing", {"n": shipped.listed})
        if read.added:
            yield without_span("abuse", scales[1] * read.added, "evidence.encoder")

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


def _check_compatibility(manifest: Mapping[str, Any]) -> None:
    """Feature weights are matched by position, so the features must be the same ones in the same order."""
    if tuple(manifest["features"]) != FEATURES or not {*HEADS, FOREIGN} <= set(manifest["labels"]):
        raise BadArtifact(
            f"The model {manifest['name']} is for another version of Rejoinder: its features or labels differ. "
            "Use the model that came with this version, or train yours again."
        )


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + exp(-logit if -60.0 < logit < 60.0 else copysign(60.0, -logit)))
