"""One spelling for each letter: steps 1 to 5 and 9 of cleaning, from invisible letters to capitals."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

from models.text.homoglyphs import DECORATED, OTHER_SCRIPTS

_LETTERS = re.compile(r"[^\W\d_]+")
_MOST_MARKS = 32  # on one letter; to sort them, as Unicode asks, takes the square of their number
_WRITTEN = re.compile(  # letters of real alphabets
    "[\u00a0-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u0370-\u052f\u1ea0-\u1ef9]"
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class Cells:
    """Letters under repair: three lists of one length."""

    __slots__ = ("changes", "chars", "ends", "starts")

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.changes: dict[str, int] = {}

    def tell(self, changes: Mapping[str, int]) -> None:
        """Count what was undone."""
        for name, times in changes.items():
            self.changes[name] = self.changes.get(name, 0) + times

    @property
    def text(self) -> str:
        """The letters as they stand now."""
        return "".join(self.chars)

    def keep(self, kept: list[int]) -> None:
        """Keep only the cells at these places; a dropped one is covered by the cell before it."""
        for field in ("chars", "starts", "ends"):
            values = getattr(self, field)
            setattr(self, field, [values[i] for i in kept])


def unfold(piece: str) -> Cells:
    """Steps 1 to 5 and 9: one spelling for each letter, no invisible ones, no borrowed ones, no capitals."""
    cells, size = Cells(), len(piece)
    if piece.isascii() and piece.isprintable():
        cells.chars, cells.starts, cells.ends = list(piece.lower()), list(range(size)), list(range(1, size + 1))
        return cells
    starts = _letter_starts(piece)
    ends = [*starts[1:], size]
    letters = [piece[start:end][:_MOST_MARKS] for start, end in zip(starts, ends, strict=True)]
    texts, undone = zip(*map(_folded, letters), strict=True)
    cells.chars, cells.starts, cells.ends = list("".join(texts)), list(starts), ends
    if "" in texts or len(cells.chars) > len(texts):  # not one letter for each
        cells.starts = [start for start, text in zip(starts, texts, strict=True) for _ in text]
        cells.ends = [end for end, text in zip(ends, texts, strict=True) for _ in text]
    if any(undone):
        cells.tell(Counter(chain.from_iterable(undone)))
    unmix(cells)
    return cells


def _letter_starts(piece: str) -> Sequence[int]:
    """Where each letter with its marks begins. A mark after something invisible joins the letter before that, too."""
    marks = set(filter(_joins, set(piece)))
    if not marks:
        return range(len(piece))
    hidden = {char for char in set(piece) - marks if not _visible(char)}
    starts, is_joined = [], False
    for at in reversed(range(len(piece))):
        is_joined = piece[at] in marks or (is_joined and piece[at] in hidden)
        if not is_joined or not at:
            starts.append(at)
    return starts[::-1]


def _joins(char: str) -> bool:
    """Whether a code point belongs to the letter before it: a combining mark, or the tail of a Hangul syllable."""
    return char >= "\u0300" and (unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff")


@lru_cache(maxsize=4096)
def _folded(cluster: str) -> tuple[str, tuple[str, ...]]:
    """What a letter with its marks is read as, and which disguises that undoes."""
    if len(cluster) == 1 and cluster.isascii():
        return cluster.lower() if cluster >= " " and cluster != "\x7f" else "", ()
    if _is_bare(cluster):
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


def _is_bare(letter: str) -> bool:
    """Whether this is one visible letter that is read as itself: it has no case, no marks and no style."""
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
    """Drop the marks that no written language puts on a Latin, Greek or Cyrillic letter."""
    if cluster.isascii() or (len(cluster) == 1 and _WRITTEN.match(cluster)):
        return cluster
    bare = unicodedata.normalize("NFD", cluster)
    if bare[:1] > "\u052f":
        return cluster[:8]
    return "".join(char for char in bare if not unicodedata.combining(char))


def unmix(cells: Cells) -> None:
    """Step 5: in a word that mixes Latin with another script, read each letter as the Latin one it looks like."""
    text = cells.text
    if OTHER_SCRIPTS.keys().isdisjoint(text):
        return
    for match in _LETTERS.finditer(text):
        word = match.group()
        letters = set(word)
        foreign = {char for char in letters if char >= "\u0370" and char in OTHER_SCRIPTS}
        if foreign and len(foreign) < len(letters) and all(char < "\u0250" for char in letters - foreign):
            cells.chars[match.start() : match.end()] = map(OTHER_SCRIPTS.get, word, word)
            cells.tell({"lookalike": 1})


#: a word of letters of one alphabet that fold into themselves, with or without marks
HONEST = re.compile(
    f"[a-z{''.join(c for c in map(chr, range(0xE0, 0x180)) if _folded(c) == (c, ()))}]+|[а-яё]+|[\u0621-\u064a]+"
    "|[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]+|[\uac00-\ud7a3]+"
)
