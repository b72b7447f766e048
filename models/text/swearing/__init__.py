"""Swear words and insults in languages with little training data: stems, written for this project.

A file per language. A line starts with how much its words say: 3 nearly always abuse, 2 mostly, 1 often. "stem*"
stands for every word that starts so, another entry for that word alone. Entries are in lower case and without marks,
which people leave out, so a word is compared the same way.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from math import log2
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_STROKES: Final = str.maketrans({"ı": "i", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"})
_WORST: Final = 3
_FREE: Final = 1.0  # one mild word says nothing: people also swear at things
_QUOTED: Final = re.compile(r"""["“”„«»]([^"“”„«»]{1,60})["“”„«»]""")
_SHORTEST: Final = 2
_LONGEST: Final = 14  # letters of the longest stem

LISTED: Final = frozenset(path.stem for path in _HERE.glob("*.txt"))
"""The languages that have a list."""


def swearing_level(words: Iterable[str], language: str, body: str = "") -> tuple[float, int]:
    """How much distinct words swear, 0.0 or more, and how many of them are on the list of the language.

    body: the text of the words. Words that it quotes do not count: whoever quotes an insult mostly condemns it.
    """
    listed = {word: grade for word in words if (grade := grade_of(word, language))}
    for quotation in _QUOTED.findall(body) if listed else ():
        for word in re.findall(r"\w+", quotation.lower()):
            listed.pop(word, None)
    grades = list(listed.values())
    level = sum(grade * log2(1 + grades.count(grade)) for grade in set(grades))
    return max(0.0, level - _FREE), len(grades)


@lru_cache(maxsize=1 << 14)
def grade_of(word: str, language: str) -> int:
    """How much one lower-case word says, 1 to 3; 0 if it is not on the list of the language."""
    stems, whole = _list(language)
    bare = without_marks(word)
    longest = min(len(bare), _LONGEST) + 1
    return max(whole.get(bare, 0), *(stems.get(bare[:size], 0) for size in range(_SHORTEST, longest)), 0)


def listed_words(language: str) -> list[str]:
    """The stems and words that say most, sorted."""
    stems, whole = _list(language)
    return sorted(word for word, grade in (stems | whole).items() if grade == _WORST)


def without_marks(word: str) -> str:
    """A lower-case word in the letters that people type on any keyboard."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word.translate(_STROKES))
    return "".join([char for char in decomposed if not unicodedata.combining(char)])


@cache
def _list(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """The grades of stems and of whole words."""
    stems: dict[str, int] = {}
    whole: dict[str, int] = {}
    for line in (_HERE / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        grade, _, entries = line.partition(" ")
        for entry in entries.split() if grade.isdecimal() else ():
            kind, word = (stems, entry[:-1]) if entry.endswith("*") else (whole, entry)
            kind[word] = max(kind.get(word, 0), int(grade))
    return stems, whole
