"""What an author changed: the difference between two texts, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

MAX_WORDS = 300
"""So many differing words are compared; longer stretches are shown as one text in place of the other."""

_WORD = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit by the author. revision: the one that it made. body: the text before it."""

    comment_id: str
    revision: int
    body: str
    at: datetime


class Kind(StrEnum):
    """What became of some words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of either text, or of both."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Both texts in pieces, in reading order; the same and the added ones together are the text after.

    Time is bounded whatever the texts are.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    pieces = [(Kind.SAME, new[:start]), *_middle(old[start : len(old) - end], new[start : len(new) - end])]
    pieces.append((Kind.SAME, new[len(new) - end :]))
    return [Piece(kind, "".join(words)) for kind, words in pieces if words]


def around_changes(pieces: Sequence[Piece], *, context: int = 60) -> list[Piece]:
    """The same with long unchanged stretches cut to about `context` characters beside each change."""
    return [_cut(piece, context, is_first=n == 0, is_last=n == len(pieces) - 1) for n, piece in enumerate(pieces)]


def _cut(piece: Piece, context: int, *, is_first: bool, is_last: bool) -> Piece:
    text = piece.text
    if piece.kind is not Kind.SAME or len(text) <= 2 * context:
        return piece
    before, after = text[:context], text[-context:]
    return Piece(Kind.SAME, ("" if is_first else before) + " … " + ("" if is_last else after))


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """With how many equal words both begin."""
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str]) -> Iterator[tuple[Kind, list[str]]]:
    if max(len(old), len(new)) > MAX_WORDS:
        yield Kind.REMOVED, old
        yield Kind.ADDED, new
        return
    removed: list[str] = []
    added: list[str] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal" or ((removed or added) and not "".join(new[k:m]).strip()):
            removed += old[i:j]  # a space between two changed words belongs to both texts
            added += new[k:m]
            continue
        yield from ((Kind.REMOVED, removed), (Kind.ADDED, added), (Kind.SAME, new[k:m]))
        removed, added = [], []
    yield from ((Kind.REMOVED, removed), (Kind.ADDED, added))
