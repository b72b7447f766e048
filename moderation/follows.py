"""What an author may ask for mail about, and when it is sent."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Follow(StrEnum):
    """What somebody wants to know about their comment."""

    REPLIES = "replies"
    PUBLISHED = "published"


QUIET = timedelta(minutes=10)
"""Mail about a published comment waits this long, so that a decision can be undone before it is sent."""

CONFIRM_WITHIN = timedelta(days=7)
"""An address that is not confirmed by then is forgotten, with all that was asked for."""


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell: a published comment, to a mailbox of its site. about: the comment that was followed."""

    mailbox_id: str
    site_id: str
    comment_id: str
    about: str
