"""Which comment a moderator has in hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.decided_by import DecidedBy

LASTS = timedelta(seconds=45)
"""A browser says every quarter of a minute what it shows; after three times of silence nobody reads it any more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """by: the moderator who reads. at: when their browser said so last. campaign: of the comment, "" for none."""

    by: DecidedBy
    comment_id: str
    site_id: str
    at: datetime
    campaign: str = ""
