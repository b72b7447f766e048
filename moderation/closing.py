"""Until when a page takes comments: until moderators close it, or until it is as old as its site's policy says.

Nothing runs when a page reaches that age. Whoever asks compares the time, so all agree at any moment.
"""

from datetime import datetime, timedelta

from moderation.comment import Thread
from moderation.policy import Policy


def closes_at(thread: Thread, policy: Policy) -> datetime | None:
    """When the page stops taking comments, which may lie in the future; None for never."""
    return min(filter(None, (thread.closed_at, age_limit(thread, policy))), default=None)


def age_limit(thread: Thread, policy: Policy) -> datetime | None:
    """When the page is too old for comments; None where age closes no page, or moderators keep this one open."""
    if policy.close_days is None or thread.kept_open or thread.created_at is None:
        return None
    return thread.created_at + timedelta(days=policy.close_days)


def is_closed(thread: Thread, policy: Policy, *, at: datetime) -> bool:
    """Whether a comment that comes at this time meets a closed page."""
    closed_at = closes_at(thread, policy)
    return closed_at is not None and closed_at <= at
