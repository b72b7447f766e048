"""What training teaches: the public corpora, our own inventions, and real comments in the dress of a form."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from models.text.languages import common_words
from models.training.datasets import CLEAN, Example, read_corpora
from models.training.identity_terms import calm_sentences, taught_sentences
from models.training.profanity_templates import swearing, with_kind_words
from models.training.synthetic import Sample, dressed, generate, respin

#: how much an example of each source counts for the spam head; a source that is not here does not teach it
SPAM_WEIGHTS: Final = {"invented": 0.5, "spun": 1.0, "youtube": 10.0, "sms": 0.3, "mails": 0.2, "telegram": 1.0,
                       "dressed_jigsaw": 1.0, "dressed_civil": 1.0, "dressed_foreign": 0.5}  # fmt: skip
_SPUN_FROM: Final = "lists/wordpress_comment_blocklist_constructs.txt"
_SPUN: Final = 8_000
_KIND_EVERY: Final = 9
_MANNERS: Final = {
    "harmless": {"abuse": 0.0, "insult": 0.0, "threat": 0.0, "identity_attack": 0.0},
    "aimed": {"abuse": 1.0, "toxic": 1.0, "insult": 1.0},
    "threat": {"abuse": 1.0, "toxic": 1.0, "threat": 1.0},
    "about": {"abuse": 1.0, "toxic": 1.0},  # insults of those who are not there: corpora disagree, so we say nothing
}
_CONTEMPT: Final = {"abuse": 1.0, "toxic": 1.0, "identity_attack": 1.0}
_PASSAGE: Final = 30  # words
_DRESSED: Final = (
    ("dressed_jigsaw", 16_000, ("jigsaw",)),
    ("dressed_civil", 8_000, ("civil",)),
    ("dressed_foreign", 6_000, ("germeval", "told_br", "mlma_fr", "beep")),
)


def read_all(data: Path) -> Iterator[Example]:
    """Every training example, always in the same order."""
    real = list(read_corpora(data))
    yield from real
    yield from _taught(real)
    yield from _bad_words(data)
    yield from _passages(real)
    yield from map(_invented("invented", CLEAN), generate(64_000, seed=11))
    yield from map(_invented("spun", {}), respin((data / _SPUN_FROM).read_text(encoding="utf-8"), _SPUN, seed=3))
    for source, limit, names in _DRESSED:
        bodies = [example.text for example in real if example.source in names]
        random.Random(source).shuffle(bodies)
        yield from map(_invented(source, {}), dressed(bodies[:limit], seed=5))


def _taught(real: Sequence[Example]) -> Iterator[Example]:
    """What our own sentences and word lists teach: who people are, how they swear, that kind words excuse nothing."""
    for text, hateful in taught_sentences():
        yield Example(text, {"abuse": 1.0, "toxic": 1.0} if hateful else CLEAN, "identities")
    for text, hateful in calm_sentences():
        yield Example(text, _CONTEMPT if hateful else CLEAN, "identities", weight=0.3)
    for text, manner in swearing():
        yield Example(text, _MANNERS[manner], "manners")
    for example in real[::_KIND_EVERY]:
        if "abuse" in example.labels:
            yield replace(
                example,
                text=with_kind_words(example.text),
                source="kind_words",
                corpus=example.source,
                copied_from=example.text,
            )


def _bad_words(data: Path) -> Iterator[Example]:
    """Word lists as texts of one word: bad ones in 27 languages, and small common words beside them."""
    graded = (data / "lists/surge_profanity_en.csv").read_text(encoding="utf-8").splitlines()[1:]
    words = {line.split(",")[0] for line in graded if float(line.rsplit(",", 2)[1]) >= 1.5}
    for path in sorted((data / "lists/ldnoobw").glob("*.txt")):
        words.update(path.read_text(encoding="utf-8").splitlines())
    for word in sorted(words):
        yield Example(word, {"abuse": 1.0, "toxic": 1.0, "obscene": 1.0}, "words", weight=0.3)
    for word in common_words():
        yield Example(word, CLEAN, "words", weight=0.3)


def _passages(real: Sequence[Example]) -> Iterator[Example]:
    """Pieces of honest mail, as long as comments: plain talk of technical people, curses and all."""
    for example in real:
        words = example.text.split() if example.source == "mails" and example.labels["spam"] == 0 else []
        for start in range(0, min(len(words), 3 * _PASSAGE), _PASSAGE):
            text = " ".join(words[start : start + _PASSAGE])
            yield replace(example, text=text, labels=CLEAN, source="passages", copied_from=example.text)


def _invented(source: str, labels: Mapping[str, float]) -> Callable[[Sample], Example]:
    """A reader of inventions; they are many and clean, so each says little about abuse. Spam has SPAM_WEIGHTS."""

    def read(sample: Sample) -> Example:
        return Example(
            sample.body, {**labels, "spam": float(sample.is_spam)}, source, weight=0.04, name=sample.name,
            website=sample.website, thread_title=sample.thread_title, thread_url=sample.thread_url,
        )  # fmt: skip

    return read
