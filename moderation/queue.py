"""What a moderator asks of the queue: filters, an order and a place to go on from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.comment import Comment, Status
from moderation.decision import Decision, Reason
from moderation.edits import Edit
from moderation.reports import Report


class Order(StrEnum):
    """Which comment comes first."""

    PRIORITY = "priority"
    """As `moderation/priority.py` has it, of what waits."""
    PRIORITY_BACK = "priority_back"
    """The same backwards, to find what is before a comment."""
    OLDEST = "oldest"
    NEWEST = "newest"
    SPAM = "spam"
    ABUSE = "abuse"
    DECIDED = "decided"
    """The latest decision first; what was not decided yet is sorted by its arrival."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which comments to list. sites: those the moderator may read. An empty field does not filter.

    author: a name, a whole e-mail address, or a mail domain with its @; text: words that occur in the body, the name
    or the website. Of words, also those of a name, the beginning is enough; case, accents, order and punctuation do
    not matter. author_of: the id of a comment; finds whatever came from the same e-mail address on the same site.
    campaign: the id of a campaign; finds its comments. network: as comments show it. link: a domain that the text or
    the website names. language: as a score has it. decided_by: the id of whoever made the latest decision.
    spam_from, spam_to, abuse_from, abuse_to: bounds of scores, included, each in [0, 1].
    since, until: when it was received, from `since` on and before `until`.
    limit: 1 to 100. cursor: `Page.next_cursor` of the page before.
    """

    sites: tuple[str, ...]
    status: Status | None = Status.PENDING
    reason: Reason | None = None
    author: str = ""
    author_of: str = ""
    campaign: str = ""
    thread: str = ""
    text: str = ""
    network: str = ""
    link: str = ""
    language: str = ""
    decided_by: str = ""
    spam_from: float | None = None
    spam_to: float | None = None
    abuse_from: float | None = None
    abuse_to: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: Order = Order.OLDEST
    limit: int = 25
    cursor: str = ""


def is_address(author: str) -> bool:
    """Whether the author of a search is an address, rather than a name or a mail domain such as "@reader.example"."""
    return "@" in author and not author.strip().startswith("@")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of comments. next_cursor is "" on the last one.

    A page may have fewer comments than its limit, or none, and yet a next one: a search that no index serves, such as
    for a reason or for words that many comments have, reads a bounded number of comments for each page.
    """

    comments: tuple[Comment, ...]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many were counted. is_more: whether there may be more, because counting stopped here."""

    number: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """What the site knows of a comment's author, by e-mail address. first_at: when the first comment came."""

    pending: int = 0
    approved: int = 0
    rejected: int = 0
    first_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """Comments of one site with nearly the same text, by status. first_at, last_at: when they came.

    id: that of the first of them, which may have been erased since.
    """

    id: str
    site_id: str
    pending: int
    approved: int
    rejected: int
    first_at: datetime
    last_at: datetime

    @property
    def size(self) -> int:
        """How many comments it has."""
        return self.pending + self.approved + self.rejected


@dataclass(frozen=True, slots=True)
class CommentDetail:
    """All that a moderator needs to decide about one comment. edits: by its author. reports: the open
    ones. Both oldest first."""

    comment: Comment
    history: tuple[Decision, ...]
    author: AuthorRecord
    parent: Comment | None = None
    campaign: Campaign | None = None
    edits: tuple[Edit, ...] = ()
    reports: tuple[Report, ...] = ()
