"""The training data: public corpora, generated sentences, and generated submissions."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from models.text.swearing import LISTED, listed_words
from models.training.abuse_families import ABUSE_FAMILIES, LANGUAGES, family_sentences
from models.training.common_words import common_words, words_of
from models.training.datasets import CLEAN, FOREIGN, Example, read_corpora
from models.training.identity_terms import identity_sentences, polite_identity_sentences
from models.training.profanity_templates import profanity_sentences, with_praise
from models.training.synthetic import Sample, as_submissions, generate, respin
from models.training.synthetic.families import FAMILIES, family_samples

#: the weight of each source's examples for the spam head; other sources are not used for it
SPAM_WEIGHTS: Final = {"invented": 0.5, "spun": 1.0, "youtube": 13.0, "sms": 0.3, "mails": 0.2, "telegram": 1.0,
                       "dressed_jigsaw": 1.0, "dressed_civil": 1.0, "dressed_foreign": 0.5,
                       "spam_families": 0.5, "abuse_families": 0.3, "passages": 1.0}  # fmt: skip
_SPUN_FROM: Final = "lists/wordpress_comment_blocklist_constructs.txt"
_SPUN_COUNT: Final = 8_000
_PRAISE_EVERY: Final = 9
_PROFANITY_LABELS: Final = {
    "harmless": {"abuse": 0.0, "insult": 0.0, "threat": 0.0, "identity_attack": 0.0},
    "aimed": {"abuse": 1.0, "toxic": 1.0, "insult": 1.0},
    "threat": {"abuse": 1.0, "toxic": 1.0, "threat": 1.0},
    "about": {"abuse": 1.0, "toxic": 1.0},  # insults of absent people: corpora disagree, so `insult` stays unknown
}
_POLITE_HATE_LABELS: Final = {"abuse": 1.0, "toxic": 1.0, "identity_attack": 1.0}
_PASSAGE_WORDS: Final = 30
_PER_SPAM_FAMILY: Final = 2_400
_PER_ABUSE_FAMILY: Final = {"en": 600, "tr": 400, "pt": 500}
_PER_FOREIGN_ABUSE_FAMILY: Final = 300
_ABUSE_FAMILY_WEIGHT: Final = 0.5
_REAL_COMMENTS: Final = (
    ("dressed_jigsaw", 16_000, ("jigsaw",)),
    ("dressed_civil", 8_000, ("civil",)),
    ("dressed_foreign", 6_000, ("germeval", "told_br", "mlma_fr", "beep")),
)


def read_all(data: Path) -> Iterator[Example]:
    """All examples, in a fixed order."""
    real = list(read_corpora(data))
    yield from real
    yield from _templates(real)
    yield from _word_lists(data)
    yield from passages(real)
    yield from map(_labelled("invented", CLEAN), generate(64_000, seed=11))
    yield from map(
        _labelled("spun", {}), respin((data / _SPUN_FROM).read_text(encoding="utf-8"), _SPUN_COUNT, seed=3)
    )
    for name in FAMILIES:
        yield from map(_labelled("spam_families", {}, name), family_samples(name, _PER_SPAM_FAMILY, seed=17))
    yield from _abuse_families()
    for source, limit, names in _REAL_COMMENTS:
        bodies = [example.text for example in real if example.source in names]
        random.Random(source).shuffle(bodies)
        yield from map(_labelled(source, {}), as_submissions(bodies[:limit], seed=5))


def _templates(real: Sequence[Example]) -> Iterator[Example]:
    """Identity sentences, profanity sentences, and copies of real comments with praise."""
    for text, hateful in identity_sentences():
        yield Example(text, {"abuse": 1.0, "toxic": 1.0} if hateful else CLEAN, "identities")
    for text, hateful in polite_identity_sentences():
        yield Example(text, _POLITE_HATE_LABELS if hateful else CLEAN, "identities", weight=0.3)
    for text, manner, language in profanity_sentences():
        yield Example(text, _PROFANITY_LABELS[manner], "manners", language=language)
    for example in real[::_PRAISE_EVERY]:
        if "abuse" in example.labels:
            yield replace(
                example,
                text=with_praise(example.text),
                source="kind_words",
                corpus=example.source,
                copied_from=example.text,
            )


def _abuse_families() -> Iterator[Example]:
    """Abuse beyond rude words, and innocent sentences with the same words. None of them is spam."""
    for name in ABUSE_FAMILIES:
        for language in LANGUAGES:
            limit = _PER_ABUSE_FAMILY.get(language, _PER_FOREIGN_ABUSE_FAMILY)
            for text, labels, _ in family_sentences(name, seed=19, limit=limit, languages=[language]):
                yield Example(
                    text, {**labels, "spam": 0.0}, "abuse_families", weight=_ABUSE_FAMILY_WEIGHT, family=name,
                    language=language, corpus=f"abuse_families_{language}",
                )  # fmt: skip


def _word_lists(data: Path) -> Iterator[Example]:
    """Word lists as texts of one word: profanity in 27 languages, our own stems, and common words."""
    graded = (data / "lists/surge_profanity_en.csv").read_text(encoding="utf-8").splitlines()[1:]
    words = {line.split(",")[0] for line in graded if float(line.rsplit(",", 2)[1]) >= 1.5}
    for path in sorted((data / "lists/ldnoobw").glob("*.txt")):
        words.update(path.read_text(encoding="utf-8").splitlines())
    for word in sorted(words):
        yield Example(word, {"abuse": 1.0, "toxic": 1.0, "obscene": 1.0}, "words", weight=0.3)
    for word in common_words():
        yield Example(word, CLEAN, "words", weight=0.3)
    for language in sorted(LISTED):
        for word in listed_words(language):
            yield Example(word, {FOREIGN: 1.0}, "words", weight=0.3, language=language)
        for word in words_of(language):
            yield Example(word, {FOREIGN: 0.0}, "words", weight=0.3, language=language)


def passages(real: Sequence[Example]) -> Iterator[Example]:
    """Passages of mail, as long as comments: offers, and informal technical talk with its links and profanity.

    Each has the labels of its mail, and is in the same split as that.
    """
    for example in real:
        words = example.text.split() if example.source == "mails" else []
        for start in range(0, min(len(words), 3 * _PASSAGE_WORDS), _PASSAGE_WORDS):
            text = " ".join(words[start : start + _PASSAGE_WORDS])
            yield replace(example, text=text, source="passages", copied_from=example.text)


def _labelled(source: str, labels: Mapping[str, float], family: str = "") -> Callable[[Sample], Example]:
    """Returns a function from samples to examples. They are many and clean, so each has little weight for abuse."""

    def read(sample: Sample) -> Example:
        return Example(
            sample.body, {**labels, "spam": float(sample.is_spam)}, source, weight=0.04, name=sample.name,
            website=sample.website, thread_title=sample.thread_title, thread_url=sample.thread_url, family=family,
        )  # fmt: skip

    return read
