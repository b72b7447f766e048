"""What a page gives beside a comment and cannot be used: its owner can mend it, no reader of it can."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.messages import N_

SHOWN_FOR = timedelta(days=30)
"""How long a problem that was not seen again is still reported."""

PROBLEMS = {
    "key": (
        N_("a key longer than 500 characters was shortened"),
        N_("Give the page a shorter key in data-thread."),
    ),
    "title": (
        N_("a title was longer than 500 characters, or had half of a character, and was cut"),
        N_("Give the page a shorter title, or put one into data-title."),
    ),
    "url": (
        N_("an address was left out, so nothing links to the page"),
        N_("Give the page a canonical link that begins with https:// and has at most 2,000 characters."),
    ),
}
"""By the field of the page: what became of it, and the remedy."""


@dataclass(frozen=True, slots=True)
class PageProblem:
    """A field of `PROBLEMS` that could not be used as it came. key: that of the page's thread; at: when it came."""

    field: str
    key: str
    at: datetime
