"""The beginning of a text, for lists in which no text may push the others out of reach."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from moderation.score import Evidence
from service.dashboard.highlight import Stretch

EXCERPT_LENGTH, EXCERPT_LINES = 2_000, 40

_BLANKS = re.compile(r"\n(?:[^\S\n]*\n){2,}")


def excerpt(text: str, length: int) -> str:
    """The beginning of a text in one line, cut at `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def beginning(body: str) -> str:
    """The part that a list shows, so that no card can push the others out of reach. Blank lines are not counted,
    or many of them would hide what follows."""
    lines = body[:EXCERPT_LENGTH].splitlines(keepends=True)
    written = accumulate(not line.isspace() for line in lines)
    return "".join([line for line, count in zip(lines, written, strict=True) if count <= EXCERPT_LINES])


def closed_up(marked: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same with one blank line where there are more: the places of the evidence were found before."""
    for stretch in marked:
        yield replace(stretch, text=_BLANKS.sub("\n\n", stretch.text))


def clipped(evidence: Sequence[Evidence], length: int) -> list[Evidence]:
    """Evidence that begins in an excerpt ends with it at the latest."""
    return [e._replace(end=min(e.end, length)) for e in evidence if e.start < length]
