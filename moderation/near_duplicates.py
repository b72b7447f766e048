"""Sketches of texts, and how many of nearly the same text came before: only the counting, no database and no text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

CELLS = 64
SKETCH_DAYS = 7
"""How long sketches are kept."""

ALIKE = 38
"""So many equal cells make near copies: a similarity of 0.46 or more, as far as 64 cells can tell."""

_LOWER = (1 << CELLS) - 1


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text so that near copies of it are found.

    passages: hashes of a few of its passages, signed 64-bit, most of which a near copy has too; () for a short text.
    fingerprint: 64 cells of two bits, all upper bits before all lower ones. Of two texts whose sets of character
    4-grams have a Jaccard similarity of J about (1 + 3J) / 4 of the cells are equal.
    """

    passages: tuple[int, ...]
    fingerprint: int


NOTHING = Sketch((), 0)
"""The sketch of a text that is too short for one."""


class Seen(NamedTuple):
    """The latest text with some passage, by its fingerprint. copies: how many of nearly its text came before it.

    first_id: the id of the first of them, which may be this one; "" where it is not known.
    """

    fingerprint: int
    copies: int
    first_id: str = ""


class Copies(NamedTuple):
    """Near copies of one text. number: how many came before it; first_id: the id of the first, "" without one."""

    number: int = 0
    first_id: str = ""


def find_copies(sketches: Mapping[str, Sketch], seen: Mapping[int, Seen]) -> dict[str, Copies]:
    """The near copies that came before each of these comments: one more than before the latest of them.

    sketches: by comment id, which tells the order. seen: what came before all of them, by passage. A comment that
    was edited is no copy of itself.
    """
    latest, found = dict(seen), {}
    for comment_id, sketch in sorted(sketches.items()):
        met = {latest[passage] for passage in sketch.passages if passage in latest}
        copies = max(
            (
                Copies(each.copies + 1, each.first_id)
                for each in met
                if each.first_id != comment_id and is_alike(each, sketch)
            ),
            default=Copies(),
        )
        found[comment_id] = copies
        latest |= dict.fromkeys(
            sketch.passages, Seen(sketch.fingerprint, copies.number, copies.first_id or comment_id)
        )
    return found


def is_alike(seen: Seen, sketch: Sketch) -> bool:
    """Whether both texts are nearly the same, as far as their fingerprints tell."""
    differing = seen.fingerprint ^ sketch.fingerprint
    return CELLS - (differing >> CELLS | differing & _LOWER).bit_count() >= ALIKE
