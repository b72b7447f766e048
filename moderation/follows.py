"""What an author may ask to be told by mail, and when it is told."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Follow(StrEnum):
    """What somebody wants to be told about their comment."""

    REPLIES = "replies"
    PUBLISHED = "published"


QUIET = timedelta(minutes=10)
"""What was published is told this long afterwards, so that a decision can be undone before anybody hears of it."""

CONFIRM_WITHIN = timedelta(days=7)
"""An address that is not confirmed by then is forgotten, with all that was asked for."""


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell: a published comment, to a mailbox of its site. about: the comment that was followed."""

    mailbox_id: str
    site_id: str
    comment_id: str
    about: str
