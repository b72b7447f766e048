"""What became of each row, counted, and where asked for written down line by line."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    ALREADY_THERE = "already_there"
    SKIPPED = "skipped"
    REFUSED = "refused"
    ATTACHED = "attached"
    """A comment that was stored before its parent, and now hangs on it."""
    UNATTACHED = "unattached"
    """A reply that stands at the top of its page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report. codes: of `items.SENTENCES`. It holds no text, no name and no address of anybody."""

    id: str
    place: str
    outcome: Outcome
    codes: Sequence[str] = ()
    comment_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """The line as JSON."""
        return {
            "id": self.id,
            "place": self.place,
            "outcome": self.outcome.value,
            "why": list(self.codes),
            "comment": self.comment_id or None,
        }


@dataclass(slots=True)
class Report:
    """All rows in numbers. write: gets every row, where somebody wants to keep them.

    closed_by_age: how many pages of the site are closed at the end because they began `close_days` ago or earlier.
    """

    write: Callable[[Row], None] | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    problem: str = ""
    close_days: int | None = None
    closed_by_age: int = 0

    def add(self, row: Row) -> None:
        """Count a row."""
        self.outcomes[row.outcome.value] += 1
        for code in row.codes:
            self.codes[row.outcome.value, code] += 1
        if self.write:
            self.write(row)

    def count(self, outcome: Outcome) -> int:
        """How many rows had this outcome."""
        return self.outcomes[outcome.value]

    def as_json(self) -> dict[str, Any]:
        """The numbers as JSON. problem: where and why the file could not be read to its end, else null."""
        return {
            **{outcome.value: self.outcomes[outcome.value] for outcome in Outcome},
            "statuses": dict(sorted(self.statuses.items())),
            "why": {
                outcome.value: {
                    code: count for (of, code), count in sorted(self.codes.items()) if of == outcome.value
                }
                for outcome in Outcome
                if any(of == outcome.value for of, _ in self.codes)
            },
            "close_days": self.close_days,
            "closed_by_age": self.closed_by_age,
            "problem": self.problem or None,
        }
