"""What was erased: as a list that outlives a restored backup. Nothing in it says who wrote or what."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from moderation.errors import ModerationError


class Kind(StrEnum):
    """What an erasure is about. The subject of a comment or a site is its id, of a person a keyed digest."""

    COMMENT = "comment"
    PERSON = "person"
    SITE = "site"


class Erasure(NamedTuple):
    """One row of the list. at: what came later by the same person, or to a new site of that name, stays."""

    kind: Kind
    subject: str
    at: datetime


class ListUnreadable(ModerationError):
    """Raised when a line of the list cannot be read."""


def latest(erased: Iterable[Erasure]) -> set[Erasure]:
    """One row for each subject, the latest."""
    found = {(each.kind, each.subject): each for each in sorted(erased, key=lambda row: row.at)}
    return set(found.values())


def lines_of(erased: Iterable[Erasure]) -> Iterator[str]:
    """The list as JSON lines, in the order of time."""
    for each in sorted(erased, key=lambda row: (row.at, row)):
        line = {"kind": each.kind.value, "subject": each.subject, "at": each.at.astimezone(UTC).isoformat()}
        yield json.dumps(line) + "\n"


def read_lines(lines: Iterable[str]) -> set[Erasure]:
    """The list from JSON lines. Raises ListUnreadable; an unfinished last line is left out."""
    found = set()
    for number, line in enumerate(lines, start=1):
        if not line.endswith("\n"):
            break
        try:
            row = json.loads(line)
            found.add(Erasure(Kind(row["kind"]), row["subject"], datetime.fromisoformat(row["at"])))
        except (ValueError, KeyError, TypeError) as problem:
            raise ListUnreadable(f"Line {number} of the list of erasures cannot be read.") from problem
    return found
