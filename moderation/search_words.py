"""The words by which a comment is found: one form for all spellings, the same on both databases.

A comment's words are kept as one text, its *document*. A search wants words, and finds the comments that have, for
each of them, a word that begins with it: "bak" finds "bakery", but "kery" does not.
"""

import re
import unicodedata

from moderation.unicode_text import comparable

MAX_LENGTH = 64
"""Characters of a word; the rest of a longer one is left out."""

_BY_NAME = "\uff20"
"""Before each word of a name when it is looked for in names only: a fullwidth @, which no other word can have."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Japanese and Chinese."""

_MARKS = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff"
"""Marks that are part of a word: Hebrew, Arabic and Indic vowels. Python does not count them as letters."""

_IGNORED = r"\s.,;:!?'\"()\-–—…‘’“”„«»"
"""Between words. Any other sign, such as %, / or an emoji, is a word by itself."""

_FIND = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]|[{_MARKS}])+|[^\w{_IGNORED}]|_").findall
_FIND_ASCII = re.compile(rf"[a-z0-9]+|[^\w{_IGNORED}]|_").findall
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]").match
_ACCENTS = re.compile("[\u0300-\u036f]+")
_FULLWIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
"""ASCII signs as characters without a meaning in any query language. Normalized text has none of these."""


def document_of(name: str, website: str, body: str) -> str:
    """The words of a comment, each once, in order and separated by spaces."""
    by_name = _words(name)
    return " ".join(sorted({_BY_NAME + word for word in by_name}.union(by_name, _words(website), _words(body))))


def wanted(text: str) -> list[str]:
    """The words that somebody looks for anywhere in a comment."""
    return sorted(_words(text, is_wanted=True))


def wanted_in_name(text: str) -> list[str]:
    """The words that somebody looks for in an author's name."""
    return [_BY_NAME + word for word in wanted(text)]


def has_word(document: str, word: str) -> bool:
    """Whether a search for this word finds the document."""
    return document.startswith(word) or f" {word}" in document


def is_selective(word: str) -> bool:
    """Whether an index finds few words that begin with this one: one or two letters begin too many."""
    letters = word.removeprefix(_BY_NAME)
    return len(letters) > 2 or not letters.isalnum() or bool(_IS_UNSPACED(letters))


def _words(text: str, *, is_wanted: bool = False) -> set[str]:
    """Where a script has no spaces, each character with the next one is a word; stored alone, the last one too."""
    if text.isascii():
        words = set(_FIND_ASCII(text.lower()))
        return {word if 1 < len(word) <= MAX_LENGTH else _storable(word) for word in words}
    found: set[str] = set()
    for word in _FIND(_without_accents(comparable(text).casefold())):
        if not _IS_UNSPACED(word):
            found.add(_storable(word))
            continue
        found.update(word[place : place + 2] for place in range(len(word) - 1))
        if len(word) == 1 or not is_wanted:
            found.add(word[-1])
    return found


def _storable(word: str) -> str:
    return word.translate(_FULLWIDTH) if len(word) == 1 else word[:MAX_LENGTH]


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
