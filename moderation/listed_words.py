"""Whether a site's own words and phrases occur in a text: as whole words, whatever their dress, in linear time.

A `*` stands for any letters of the same word, at its beginning, in it or at its end. A word in Korean also matches
with its particles, which are written onto it. A phrase between two slashes is a regular expression.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from moderation.listed_expressions import finds, is_expression

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(rf"[{_UNSPACED}]|{_LETTER}+(?:'{_LETTER}+)*")
"""A word; in scripts that put no space between words (Thai, Chinese, Japanese, …) each character is one."""
_ASCII_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*", re.ASCII)
"""The same where all is ASCII, found in half of the time."""
_HANGUL = re.compile("[\uac00-\ud7a3]")

LEAST_LETTERS = 2
"""A pattern has so many letters besides its `*`, or it would match nearly anything."""


@dataclass(frozen=True, slots=True)
class Said:
    """Fields of a comment, ready to be searched. as_it_stands: folded; words, parts: with words one space apart,
    where parts has no apostrophes: "viagra's" is "viagra s" there. plain: not folded, in UTF-8."""

    as_it_stands: str
    words: str
    parts: str
    plain: bytes

    @classmethod
    def of(cls, fields: Sequence[str]) -> "Said":
        """No phrase reaches from one field into the next."""
        folded = [_folded(field) for field in fields]
        words = "\n".join(map(_as_words, folded))
        plain = "\n".join(map(_plain, fields)).encode("utf-8", "replace")
        return cls("\n".join(folded), words, words.replace("'", " "), plain)

    def has(self, phrase: str) -> bool:
        """Whether the phrase occurs."""
        if is_expression(phrase):
            return finds(phrase, self.plain)
        wanted = _wanted(phrase)
        texts = (self.words, self.parts)
        if wanted.words:
            is_literal = any(wanted.words in text for text in texts)
            return is_literal or any(_matches(wanted.patterns, text) for text in texts if wanted.patterns)
        return bool(wanted.as_it_stands) and wanted.as_it_stands in self.as_it_stands


def words_of(text: str) -> str:
    """The text's words alone, folded and one space apart: what two texts share when only their dress differs."""
    folded = _folded(text)
    return " ".join(_words_in(folded)) or folded.strip()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A phrase as its words; with its patterns, each the pieces around its stars; or, without words, as it stands."""

    words: str = ""
    patterns: tuple[tuple[str, ...], ...] = ()
    as_it_stands: str = ""


@lru_cache(maxsize=4096)
def _wanted(phrase: str) -> _Wanted:
    folded = _folded(phrase).strip()
    patterns = tuple(pattern for part in folded.split() for pattern in _patterns(part))
    words = _as_words(folded)
    if not words.strip():
        return _Wanted(as_it_stands=folded)
    return _Wanted(words, patterns if any(len(pattern) > 1 for pattern in patterns) else ())


def _patterns(part: str) -> list[tuple[str, ...]]:
    """The words of a part of a phrase, each as the pieces around its stars: one where there is none."""
    if "*" in part:
        pieces = ["".join(_words_in(piece)) for piece in part.split("*")]
        if sum(map(len, pieces)) >= LEAST_LETTERS:
            return [tuple(pieces)]
    words = _words_in(part)
    return [(word, "") if _HANGUL.match(word) else (word,) for word in words]


def _matches(patterns: Sequence[tuple[str, ...]], text: str) -> bool:
    longest = max((piece for pattern in patterns for piece in pattern), key=len)
    if longest not in text:
        return False
    return any(_in_line(patterns, line.split()) for line in text.split("\n"))


def _in_line(patterns: Sequence[tuple[str, ...]], words: Sequence[str]) -> bool:
    starts = range(len(words) - len(patterns) + 1)
    return any(all(_fits(p, words[at + n]) for n, p in enumerate(patterns)) for at in starts)


def _fits(pattern: tuple[str, ...], word: str) -> bool:
    """Whether a word has these pieces in their order, the first at its beginning and the last at its end."""
    first, last = pattern[0], pattern[-1]
    if len(pattern) == 1:
        return word == first
    if len(word) < len(first) + len(last) or not (word.startswith(first) and word.endswith(last)):
        return False
    at, end = len(first), len(word) - len(last)
    for piece in pattern[1:-1]:
        found = word.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _words_in(folded: str) -> list[str]:
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else _plain(text).casefold().replace("’", "'")


def _plain(text: str) -> str:
    return text if text.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _as_words(folded: str) -> str:
    return f" {' '.join(_words_in(folded))} "
