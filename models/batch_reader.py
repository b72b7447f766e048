"""Reads comments in batches: their words, language and the logits of every head, from the words alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import Final, NamedTuple

import numpy as np

from models.artifact import Artifact
from models.evidence import HEADS
from models.features.languages import UNKNOWN, Detection
from models.features.ngrams import Hashes
from models.inference.linear_heads import Sums, sum_words
from models.inference.parsed_text import ParsedText
from models.inference.reader import Reader
from models.inference.sentence_encoder import SentenceEncoder
from models.inference.vocabulary import Vocabulary
from models.inference.word_languages import WordLanguages
from models.inference.word_vectors import WordVectors
from models.text.lexicon import Lexicon
from moderation.score import ScoringInput

FOREIGN: Final = "foreign_abuse"  # the head of `abuse` for texts that are likely in another language than English
FOREIGN_FROM: Final = 0.8  # the probability of a language from which its texts get that head
MAX_BYTES: Final = 8_000
BATCH_CHARS: Final = 60_000


class ReadComment(NamedTuple):
    """A comment as it was read. logits: of all heads, from the words alone. known_share: of the words, in [0, 1].

    added: what the encoder adds to the log-odds of abuse; None if it failed, and the score is ours alone.
    """

    comment: ScoringInput
    text: ParsedText
    language: Detection
    logits: list[float]
    abuse_head: int
    known_share: float
    added: float | None


class Batch(NamedTuple):
    """Comments that were read together."""

    read: list[ReadComment]
    sums: Sums
    hashes: Hashes


class BatchReader:
    """Reads batches with the words and heads of one model. Thread-safe.

    whole, peak, bias: of each of the heads in `labels`. spam: the number of that head.
    """

    def __init__(self, artifact: Artifact, encoder: SentenceEncoder | None = None) -> None:
        self._artifact = artifact
        self._encoder = encoder
        lexicon = Lexicon(dict(zip(artifact.words, artifact.counts.tolist(), strict=True)))
        self._vocabulary = Vocabulary(lexicon, artifact.ordinary.tobytes())
        self._vectors = WordVectors(artifact, self._vocabulary)
        self._reader = Reader(self._vocabulary)
        self._languages = WordLanguages(self._vocabulary)
        self._lock = Lock()
        heads = artifact.manifest["heads"]
        self.labels: list[str] = list(artifact.manifest["labels"])
        self.spam, self._abuse, self._foreign = map(self.labels.index, (*HEADS, FOREIGN))
        self.whole = np.array([heads[label]["whole"] for label in self.labels])
        self.peak = np.array([heads[label]["peak"] for label in self.labels])
        self.bias = np.array([heads[label]["bias"] for label in self.labels])

    def words_of(self, body: str) -> list[str]:
        """The words of a text as the vocabulary spells them."""
        with self._lock:
            self._reader.evict()
            return [self._vocabulary.word_of(word_id) for word_id in self._reader.read(body).word_ids]

    def read(self, comments: Sequence[ScoringInput]) -> Batch:
        """Read comments, one at least, of bounded length together: see `batches`."""
        comments = [comment if len(comment.body) <= MAX_BYTES // 4 else _truncated(comment) for comment in comments]
        with self._lock:
            self._reader.evict()
            texts = [self._reader.read(comment.body) for comment in comments]
            ids = [text.word_ids or [self._vocabulary.id_of("")] for text in texts]
            if new := self._vectors.update():
                self._languages.update(new)
            word_ids = np.concatenate(ids)
            vectors, hashes = self._vectors.take(word_ids)
            lengths = np.array([len(each) for each in ids])
            bodies = [comment.body for comment in comments]
            languages = self._languages.detect_many(bodies, texts, ids)
        added = self._added_by_encoder(bodies, languages)
        sums = sum_words(self._artifact, word_ids, vectors.astype(np.float64), hashes, lengths)
        logits = (sums.whole * self.whole + sums.peak * self.peak + self.bias).tolist()
        is_known = word_ids < self._vocabulary.size
        known_shares = (np.add.reduceat(is_known, sums.starts, dtype=np.int64) / lengths).tolist()
        abuse_heads = [self._foreign if _is_foreign(language) else self._abuse for language in languages]
        parts = zip(comments, texts, languages, logits, abuse_heads, known_shares, added, strict=True)
        return Batch([ReadComment(*each) for each in parts], sums, hashes)

    def _added_by_encoder(self, bodies: Sequence[str], languages: Sequence[Detection]) -> Sequence[float | None]:
        """What the encoder adds to the log-odds of abuse of each text; None where it failed.

        It is asked by language and never by score: an opinion about doubtful scores alone would move only those.
        """
        if self._encoder is None:
            return [0.0] * len(bodies)
        return self._encoder.additions(bodies, [each.language if _is_foreign(each) else "" for each in languages])


def batches(comments: Sequence[ScoringInput]) -> Iterator[Sequence[ScoringInput]]:
    """Split comments into batches of bounded length, which bounds memory."""
    start = chars = 0
    for i, comment in enumerate(comments):
        chars += 1 + min(len(comment.body), MAX_BYTES)
        if chars > BATCH_CHARS:
            yield comments[start : i + 1]
            start, chars = i + 1, 0
    if start < len(comments):
        yield comments[start:]


def _is_foreign(language: Detection) -> bool:
    return language.probability >= FOREIGN_FROM and language.language not in ("en", UNKNOWN)


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
