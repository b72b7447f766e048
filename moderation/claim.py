"""A comment that a moderator asks a colleague to decide, or has taken."""

from dataclasses import dataclass
from datetime import datetime

from moderation.decided_by import DecidedBy


@dataclass(frozen=True, slots=True)
class Claim:
    """by: who asks; for_id: who is asked, or who took it; note: why. A comment has at most one, the latest."""

    comment_id: str
    site_id: str
    by: DecidedBy
    for_id: str
    note: str
    at: datetime
