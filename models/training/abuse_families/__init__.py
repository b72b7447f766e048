"""Phrase books of abuse, family by family, each with an innocent side that uses the same words.

A classifier of words learns from such pairs that "kill the process", "the word X was shouted at us" and "I am an
idiot" hurt nobody, and that "nobody would miss you" does. All sentences are our own; none is from a public test set.
The cases in models/evaluation/functional_cases.jsonl measure what this teaches and are written with other sentences.

A book of a language is every file of its folder. `== family side` starts the templates of one side; any other
section is a slot, as in models/training/synthetic/spintax.py.
"""

import random
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, Literal, TypeAlias

from models.training.synthetic.spintax import Book, read_book, spin

Labels: TypeAlias = Mapping[str, float]
Side: TypeAlias = Literal["bad", "innocent"]
Sentence: TypeAlias = tuple[str, dict[str, float], str]

LANGUAGES: Final = ("en", "de", "tr", "es", "fr", "it", "pt", "nl")
SIDES: Final[tuple[Side, ...]] = ("bad", "innocent")


@dataclass(frozen=True, slots=True)
class Family:
    """The labels of each side, 0.0 or 1.0; a label that the side does not settle is left out."""

    bad: Labels
    innocent: Labels

    def labels(self, side: Side) -> dict[str, float]:
        """A copy of the labels of one side."""
        return dict(self.bad if side == "bad" else self.innocent)


def _labels(*ones: str, zeros: Sequence[str] = ()) -> Labels:
    return {**dict.fromkeys(ones, 1.0), **dict.fromkeys(zeros, 0.0)}


_CLEAN: Final = _labels(zeros=("abuse", "toxic", "insult", "threat", "obscene", "identity_attack"))
#: swear words without a victim: corpora disagree whether that is toxic
_HARMLESS: Final = _labels(zeros=("abuse", "insult", "threat", "identity_attack"))
_ABUSE: Final = _labels("abuse", "toxic")
_INSULT: Final = _labels("abuse", "toxic", "insult", zeros=("threat", "obscene", "identity_attack"))
_HATE: Final = _labels("abuse", "toxic", "identity_attack")

ABUSE_FAMILIES: Final[Mapping[str, Family]] = {
    "threats_plain": Family(_labels("abuse", "toxic", "threat", zeros=("obscene", "identity_attack")), _CLEAN),
    "selfharm_wish": Family(_labels("abuse", "toxic", zeros=("obscene", "identity_attack")), _CLEAN),
    "sexual_harassment": Family(_labels("abuse", "toxic"), _CLEAN),
    "insult_plain": Family(_INSULT, _CLEAN),
    "insult_clever": Family(_INSULT, _CLEAN),
    "hate_polite": Family(_labels("abuse", "toxic", "identity_attack", zeros=("obscene",)), _CLEAN),
    "hate_threat": Family(_labels("abuse", "toxic", "threat", "identity_attack", zeros=("obscene",)), _CLEAN),
    "hate_slur": Family(_HATE, _HARMLESS),
    "friendly_swearing": Family(_labels("abuse", "toxic", "insult", zeros=("identity_attack",)), _HARMLESS),
    "profanity_not_hate": Family(_labels("abuse", "toxic", "obscene", "identity_attack"), _HARMLESS),
    "quoted_abuse": Family(_ABUSE, _HARMLESS),
    "second_person_distance": Family(_ABUSE, _CLEAN),
    "names_and_places": Family(_ABUSE, _CLEAN),
    "medical": Family(_ABUSE, _CLEAN),
    "games_and_sport": Family(_ABUSE, _CLEAN),
    "anger_without_abuse": Family(_ABUSE, _CLEAN),
    "disguised": Family(_ABUSE, _HARMLESS),
}
"""What each family teaches, by its name in the books."""

_PATIENCE: Final = 2_000  # repeats in a row after which a book counts as exhausted
_FRAMED: Final = 0.3
_STYLES: Final = ("neat", "lower", "as written", "shout")
_STYLE_WEIGHTS: Final = (0.5, 0.3, 0.17, 0.03)
_FOLDED: Final = 0.25
_BARE: Final = 0.2
_MISTYPED: Final = 0.08
_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONG_WORD: Final = re.compile(r"[^\W\d_]{5,}")


def family_sentences(name: str, *, seed: int, limit: int, languages: Sequence[str] = LANGUAGES) -> Iterator[Sentence]:
    """Distinct sentences of one family with their labels and language, the same ones for the same seed.

    limit: the most sentences of each side in each language; a small book gives fewer.
    Case, marks, typing errors and neutral sentences around are varied alike on both sides.
    """
    for language in languages:
        for side in SIDES:
            for text in islice(_sentences(name, side, language, seed), limit):
                yield text, ABUSE_FAMILIES[name].labels(side), language


def _sentences(name: str, side: Side, language: str, seed: int) -> Iterator[str]:
    book = _book(language)
    rng = random.Random(f"{seed} {name} {side} {language}")
    seen: set[str] = set()
    repeats = 0

    def fill(slot: str) -> str:
        return spin(rng.choice(book[slot]), fill, rng=rng)

    while repeats < _PATIENCE:
        sentence = _tidy(fill(f"{name} {side}"))
        bare = sentence.casefold().replace("'", "").rstrip(".!? ")
        if bare in seen:
            repeats += 1
            continue
        repeats = 0
        seen.add(bare)
        if rng.random() < _FRAMED:
            frame = rng.choice(("{0} {1}", "{1} {2}", "{0} {1} {2}"))
            stopped = sentence if sentence[-1] in ".!?" else f"{sentence}."
            sentence = frame.format(_tidy(fill("before")), stopped, _tidy(fill("after")))
        yield _dress(sentence, language, rng)


@cache
def _book(language: str) -> Book:
    """Every section of every file of a language."""
    book: Book = {}
    for path in sorted((Path(__file__).parent / language).glob("*.txt")):
        for section, phrases in read_book(path).items():
            book.setdefault(section, []).extend(phrases)
    return book


def _tidy(sentence: str) -> str:
    """One sentence without the doubled or stray punctuation that empty choices leave."""
    sentence = " ".join(sentence.split())
    sentence = re.sub(r" ([,.;]|[!?]+)(?=\s|$)", r"\1", sentence)
    sentence = re.sub(r"([,!?:])[,.](?=\s|$)", r"\1", sentence)
    sentence = re.sub(r"(?<!\.)\.\.(?!\.)", ".", sentence)
    return sentence.lstrip(",;. ")


def _dress(sentence: str, language: str, rng: random.Random) -> str:
    """The sentence as one writer among many would type it."""
    style = rng.choices(_STYLES, _STYLE_WEIGHTS)[0]
    if style == "neat":
        sentence = _with_capitals(sentence, language)
    elif style == "lower":
        sentence = sentence.lower()
    elif style == "shout":
        sentence = sentence.upper()
    if language != "en" and rng.random() < _FOLDED:
        sentence = _without_marks(sentence.translate(_GERMAN) if language == "de" else sentence)
    if rng.random() < _BARE:
        sentence = sentence.replace("'", "").removesuffix(".")
    if rng.random() < _MISTYPED:
        sentence = _with_swapped_letters(sentence, rng)
    return sentence


def _with_capitals(sentence: str, language: str) -> str:
    def capital(match: re.Match[str]) -> str:
        first, letter = match.groups()
        return str(first) + ("İ" if language == "tr" and letter == "i" else letter.upper())

    sentence = re.sub(r"(^[\"'(]?|[.!?] )([^\W\d_])", capital, sentence)
    return re.sub(r"\bi(?='|\s\w\w)", "I", sentence) if language == "en" else sentence


def _without_marks(sentence: str) -> str:
    letters = unicodedata.normalize("NFD", sentence.replace("ı", "i"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _with_swapped_letters(sentence: str, rng: random.Random) -> str:
    words = list(_LONG_WORD.finditer(sentence))
    if not words:
        return sentence
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 2)
    return sentence[:at] + sentence[at + 1] + sentence[at] + sentence[at + 2 :]
