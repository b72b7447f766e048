"""What a reader makes of one row of a file: a comment, a gap in the tree, a page, or a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from moderation.comment import Email, Status
from moderation.decision import Decision
from moderation.edits import Edit
from moderation.errors import ModerationError
from moderation.reasons import Reason
from moderation.score import Score

SENTENCES = {
    "already_there": "It was imported before; nothing was changed.",
    "date_unknown": "It has no usable date; the time of the import stands for it.",
    "deleted": "It was deleted at the source; its replies hang on the comment above it.",
    "email_unusable": "Its e-mail address is none; the comment was kept without one.",
    "empty": "It has no text.",
    "id_missing": "It has no id, so a second import could not recognize it.",
    "id_twice": "The file has this id twice with different dates; both comments were kept.",
    "kind_private": "It is a note of a plugin that was never shown, such as one about an order.",
    "name_cut": "Its author's name was cut at 245 characters.",
    "not_readable": "It is not what the format says.",
    "page_missing": "It names no page; give its thread a key in the --map file.",
    "page_private": "Its page is private or has a password at the source; its comments must not become public.",
    "parent_elsewhere": "Its parent is on another page, so it is no reply any more.",
    "parent_in_circle": "It and its parent answer each other in a circle, so it is no reply any more.",
    "parent_missing": "Its parent is not in the file, so it is no reply until a later import has the parent.",
    "rejected": "It is spam or trash at the source, and --with-rejected was not given.",
    "website_unusable": "Its website is no http or https address; the comment was kept without it.",
}
"""What each code of a report means."""


class UnreadableFile(ModerationError):
    """Raised when a file cannot be read any further. place: such as "line 12"; problem: a sentence."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place, self.problem = place, problem


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as the source knows it.

    url: its address, "" when unknown. key: the thread's key, where the source has one that is no address.
    names: what else a --map file may call it, such as the id of its thread. is_closed: whether it takes no comments;
    closed_at: since when, None for a source that does not say. kept_open: whether it stays open whatever its age.
    created_at: when its first comment came, even one that is gone. old_keys: keys that lead to it too.
    """

    url: str = ""
    key: str = ""
    title: str = ""
    names: tuple[str, ...] = ()
    is_closed: bool = False
    closed_at: datetime | None = None
    kept_open: bool = False
    created_at: datetime | None = None
    old_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnFields:
    """What only an export of Rejoinder has of a comment."""

    revision: int
    signals: frozenset[str] = frozenset()
    decided_at: datetime | None = None
    scored_at: datetime | None = None
    attempts: int = 0
    near_copies: int = 0
    spam: float | None = None
    abuse: float | None = None
    score: Score | None = None
    edited_at: datetime | None = None
    public_body: str | None = None
    edits: Sequence[Edit] = ()
    decisions: Sequence[Decision] = ()


@dataclass(frozen=True, slots=True)
class ImportedComment:
    """A comment of the source.

    id, parent: the source's own, as text; parent is "" for none. place: where it is in the file, such as "line 12".
    email: None when the source has none. author: by what the source knows its author again, "" for nothing.
    at: None when the source has no usable date. reason: why it was rejected, None otherwise.
    is_by_site: whether the site's owner wrote it. address: an IP address, or a network.
    notes: codes of SENTENCES that tell what was changed in it.
    """

    id: str
    place: str
    page: SourcePage
    body: str
    at: datetime | None
    status: Status
    parent: str = ""
    name: str = ""
    email: Email | None = None
    author: str = ""
    website: str = ""
    reason: Reason | None = None
    is_by_site: bool = False
    address: str = ""
    notes: tuple[str, ...] = ()
    own: OwnFields | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Gap:
    """A comment of which nothing is kept but its place in the tree. why: a code of SENTENCES."""

    id: str
    place: str
    parent: str = ""
    why: str = "deleted"


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """A page that is kept even when it has no comment."""

    page: SourcePage
    place: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be kept. id: "" when it has none. reason: a code of SENTENCES."""

    id: str
    place: str
    reason: str


Item = ImportedComment | Gap | ImportedPage | RefusedRow
