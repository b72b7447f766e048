"""Folds characters to one canonical form: steps 1 to 5 and 9 of normalization.

Removes invisible characters, styles, marks and case, and replaces look-alike letters of other scripts.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

from models.text.homoglyphs import DECORATED, OTHER_SCRIPTS

_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_MARKS = 32  # per letter: the canonical ordering of marks takes quadratic time
_LANGUAGE_LETTERS = re.compile(  # precomposed letters that belong to an alphabet
    "[\u00a0-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u0370-\u052f\u1ea0-\u1ef9]"
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class Cells:
    """Characters that are being normalized, with the span of the original that each stands for.

    chars, starts, ends: lists of equal length. changes: how often each obfuscation was undone, by name.
    """

    __slots__ = ("changes", "chars", "ends", "starts")

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.changes: dict[str, int] = {}

    def record(self, changes: Mapping[str, int]) -> None:
        """Add to the number of undone obfuscations."""
        for name, times in changes.items():
            self.changes[name] = self.changes.get(name, 0) + times

    @property
    def text(self) -> str:
        """The current characters as a string."""
        return "".join(self.chars)

    def keep(self, kept: list[int]) -> None:
        """Keep only the cells at these indices."""
        for field in ("chars", "starts", "ends"):
            values = getattr(self, field)
            setattr(self, field, [values[i] for i in kept])


def fold(token: str) -> Cells:
    """Apply steps 1 to 5 and 9 to a token."""
    cells, size = Cells(), len(token)
    if token.isascii() and token.isprintable():
        cells.chars, cells.starts, cells.ends = list(token.lower()), list(range(size)), list(range(1, size + 1))
        return cells
    starts = _letter_starts(token)
    ends = [*starts[1:], size]
    letters = [token[start:end][:_MAX_MARKS] for start, end in zip(starts, ends, strict=True)]
    texts, undone = zip(*map(_fold_letter, letters), strict=True)
    cells.chars, cells.starts, cells.ends = list("".join(texts)), list(starts), ends
    if "" in texts or len(cells.chars) > len(texts):  # some letters fold to none or to several
        cells.starts = [start for start, text in zip(starts, texts, strict=True) for _ in text]
        cells.ends = [end for end, text in zip(ends, texts, strict=True) for _ in text]
    if any(undone):
        cells.record(Counter(chain.from_iterable(undone)))
    latinize_mixed(cells)
    return cells


def _letter_starts(token: str) -> Sequence[int]:
    """The start of each letter with its marks; invisible characters between a letter and its marks are skipped."""
    marks = set(filter(_is_combining, set(token)))
    if not marks:
        return range(len(token))
    hidden = {char for char in set(token) - marks if not _visible(char)}
    starts, is_joined = [], False
    for at in reversed(range(len(token))):
        is_joined = token[at] in marks or (is_joined and token[at] in hidden)
        if not is_joined or not at:
            starts.append(at)
    return starts[::-1]


def _is_combining(char: str) -> bool:
    """Whether a code point belongs to the previous letter: a combining mark, or part of a Hangul syllable.

    The marks of half-width katakana have a width of their own, but NFKC makes combining marks of them.
    """
    is_mark = char in "\uff9e\uff9f" or unicodedata.category(char) in ("Mn", "Me")
    return char >= "\u0300" and (is_mark or "\u1160" <= char <= "\u11ff")


@lru_cache(maxsize=4096)
def _fold_letter(cluster: str) -> tuple[str, tuple[str, ...]]:
    """The folded form of a letter with its marks, and the names of the obfuscations that this undoes."""
    if len(cluster) == 1 and cluster.isascii():
        return cluster.lower() if cluster >= " " and cluster != "\x7f" else "", ()
    if _folds_to_itself(cluster):
        return cluster, ()
    undone = []
    seen = _visible(cluster)
    if seen != cluster:
        undone.append("invisible")
    wide = unicodedata.normalize("NFKC", seen)
    if wide != seen and wide != unicodedata.normalize("NFC", seen):
        undone.append("styled")
    bare = _unmark(wide)
    if bare != wide:
        undone.append("marks")
    low = unicodedata.normalize("NFKC", bare.casefold()).replace("’", "'").replace("ı", "i").replace("i\u0307", "i")
    folded = "".join(map(DECORATED.get, low, low))
    if folded != low:
        undone.append("styled")
    return _visible("".join(folded.split())), tuple(undone)


def _folds_to_itself(letter: str) -> bool:
    """Whether this is a single visible letter without case, marks or style."""
    return (
        len(letter) == 1
        and unicodedata.category(letter) not in ("Cc", "Cs")
        and not unicodedata.decomposition(letter)
        and not unicodedata.combining(letter)
        and letter.casefold() == letter
        and letter not in "’ı"
        and letter not in DECORATED
        and not _INVISIBLE.match(letter)
    )


def _visible(cluster: str) -> str:
    if cluster.isprintable() and not _INVISIBLE.search(cluster):
        return cluster
    shown = _INVISIBLE.sub("", cluster)
    return "".join(char for char in shown if unicodedata.category(char) not in ("Cc", "Cs"))


def _unmark(cluster: str) -> str:
    """Remove marks from a Latin, Greek or Cyrillic letter unless an alphabet has that letter."""
    if cluster.isascii() or (len(cluster) == 1 and _LANGUAGE_LETTERS.match(cluster)):
        return cluster
    bare = unicodedata.normalize("NFD", cluster)
    if bare[:1] > "\u052f":
        return cluster[:8]
    return "".join(char for char in bare if not unicodedata.combining(char))


def latinize_mixed(cells: Cells) -> None:
    """Step 5: in a word that mixes Latin with another script, replace letters by their Latin look-alikes."""
    text = cells.text
    if OTHER_SCRIPTS.keys().isdisjoint(text):
        return
    for match in _LETTERS.finditer(text):
        word = match.group()
        letters = set(word)
        foreign = {char for char in letters if char >= "\u0370" and char in OTHER_SCRIPTS}
        if foreign and len(foreign) < len(letters) and all(char < "\u0250" for char in letters - foreign):
            cells.chars[match.start() : match.end()] = map(OTHER_SCRIPTS.get, word, word)
            cells.record({"lookalike": 1})


#: a word of one alphabet whose letters all fold to themselves
PLAIN_WORD = re.compile(
    f"[a-z{''.join(c for c in map(chr, range(0xE0, 0x180)) if _fold_letter(c) == (c, ()))}]+|[а-яё]+|[\u0621-\u064a]+"
    "|[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+|[\uac00-\ud7a3]+"
)
