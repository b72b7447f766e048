"""When moderators are notified of comments by mail, and who they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.comment import Comment, Email
from moderation.messages import SOURCE_LANGUAGE, Message

DOUBT = (0.2, 0.8)
"""Scores are calibrated: between these, at least one comment in five is not what the score says."""


class Notify(StrEnum):
    """What a moderator chose for a site."""

    AT_ONCE = "at-once"
    QUARTER = "15min"
    HOURLY = "hourly"
    DAILY = "daily"
    DOUBTFUL = "doubtful"
    NEVER = "never"


EVERY = {
    Notify.QUARTER: timedelta(minutes=15),
    Notify.HOURLY: timedelta(hours=1),
    Notify.DAILY: timedelta(days=1),
}
"""How often each kind of digest is sent, if there is something to tell."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail goes to. email: None when it cannot be decrypted. moderator_id, name: "" for an author."""

    mailbox_id: str
    site_id: str
    moderator_id: str
    name: str
    email: Email | None
    language: str = SOURCE_LANGUAGE


@dataclass(frozen=True, slots=True)
class MailboxState:
    """A mailbox as the owners of its site see it. address: masked."""

    id: str
    name: str
    address: str
    notify: Notify
    disabled_at: datetime | None
    disabled_reason: Message


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest that is to be made, about what was received after `since`."""

    mailbox_id: str
    site_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What came to a site in some time, by what became of it. waiting: what waits in all, however old it is."""

    pending: int
    approved: int
    rejected: int
    waiting: int


def is_doubtful(comment: Comment) -> bool:
    """Whether the classifier leaves it open: there is no score, or the higher one is between those of DOUBT."""
    return doubt(comment.spam, comment.abuse) >= 0


def doubt(spam: float | None, abuse: float | None) -> float:
    """How open it is, for an order: 0.3 at a score of one half and without a score, below 0 outside of DOUBT."""
    if spam is None or abuse is None:
        return DOUBT[1] - 0.5
    return DOUBT[1] - 0.5 - abs(max(spam, abuse) - 0.5)


def wants(notify: Notify, comment: Comment) -> bool:
    """Whether a moderator with this choice is notified of a held comment at once."""
    return notify is Notify.AT_ONCE or (notify is Notify.DOUBTFUL and is_doubtful(comment))
