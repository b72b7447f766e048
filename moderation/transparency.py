"""Figures of a site for the public, month by month: how much was decided, by whom and why. No small numbers.

Counts from 1 to 4 are hidden, because they could point to a person. Where a hidden count could be computed from its
neighbours, the smallest of them is hidden too.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from typing import Any

LEAST = 5
MONTHS = 12

Count = int | None
"""How many; None for a number that is not shown."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month, in UTC, as in "2026-01".

    published, rejected: decisions that published a comment, or did not. by_policy, by_people: the same, by whom.
    median_s: the median time from a comment's arrival to its first such decision, in seconds. reasons: of rejected.
    overturned: appeals that were granted.
    """

    month: str
    received: Count = 0
    published: Count = 0
    rejected: Count = 0
    by_policy: Count = 0
    by_people: Count = 0
    median_s: Count = None
    erased: Count = 0
    appeals: Count = 0
    overturned: Count = 0
    reports: Count = 0
    reasons: Mapping[str, Count] = field(default_factory=dict)


def months_before(at: datetime, count: int = MONTHS) -> list[datetime]:
    """The beginnings of the last `count` months, the present one last, and of the month after it."""
    first = at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - count
    return [datetime((first + n) // 12, (first + n) % 12 + 1, 1, tzinfo=UTC) for n in range(count + 1)]


def without_small(counts: Mapping[str, int]) -> dict[str, Count]:
    """Parts of a whole without numbers from 1 to 4; with one hidden part the next smallest is hidden too."""
    hidden = {name for name, count in counts.items() if 0 < count < LEAST}
    others = [name for name in sorted(counts, key=lambda name: counts[name]) if counts[name] >= LEAST]
    if len(hidden) == 1 and others:
        hidden.add(others[0])
    return {name: None if name in hidden else count for name, count in counts.items()}


def for_public(month: str, counts: Mapping[str, int], reasons: Mapping[str, int], median_s: int | None) -> Month:
    """One month without small numbers. counts: by the fields of Month."""
    groups = (("published", "rejected"), ("by_policy", "by_people"), ("received",), ("erased",), ("reports",))
    shown: dict[str, Any] = {}
    for names in (*groups, ("appeals", "overturned")):
        shown |= without_small({name: counts.get(name, 0) for name in names})
    is_enough = counts.get("published", 0) + counts.get("rejected", 0) >= LEAST
    return Month(month, **shown, median_s=median_s if is_enough else None, reasons=without_small(reasons))


def as_json(site_id: str, months: Sequence[Month]) -> dict[str, Any]:
    """The figures for programs; null for what is not shown."""
    return {
        "site": site_id,
        "hidden": f"1 to {LEAST - 1}, and what they could be computed from",
        "months": [
            {**{name: getattr(each, name) for name in _COLUMNS}, "reasons": dict(each.reasons)} for each in months
        ],
    }


def as_csv(months: Sequence[Month]) -> str:
    """The figures as a table; an empty cell for what is not shown."""
    reasons = sorted({reason for each in months for reason in each.reasons})
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*_COLUMNS, *(f"rejected_{reason}" for reason in reasons)])
    writer.writerows(_cells(each, reasons) for each in months)
    return file.getvalue()


def _cells(month: Month, reasons: Sequence[str]) -> Iterator[str]:
    for count in (*(getattr(month, name) for name in _COLUMNS), *(month.reasons.get(each, 0) for each in reasons)):
        yield "" if count is None else str(count)


_COLUMNS = (
    "month",
    "received",
    "published",
    "rejected",
    "by_policy",
    "by_people",
    "median_s",
    "erased",
    "appeals",
    "overturned",
    "reports",
)
