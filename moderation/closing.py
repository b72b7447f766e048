"""When a page stops taking comments: when a moderator closes it, or when it reaches the age limit of its site.

No job closes a page at the age limit. Forms, lists and rules compare the current time with it, so they always agree.
"""

from datetime import datetime, timedelta

from moderation.comment import Thread
from moderation.policy import Policy


def closes_at(thread: Thread, policy: Policy) -> datetime | None:
    """When the page stops taking comments: a time in the past or the future, or None for never."""
    return min(filter(None, (thread.closed_at, age_limit(thread, policy))), default=None)


def age_limit(thread: Thread, policy: Policy) -> datetime | None:
    """When the page reaches the age limit; None if the policy has no limit or a moderator keeps this page open."""
    if policy.close_days is None or thread.kept_open or thread.created_at is None:
        return None
    return thread.created_at + timedelta(days=policy.close_days)


def is_closed(thread: Thread, policy: Policy, *, at: datetime) -> bool:
    """Whether the page is closed for comments that arrive at this time."""
    closed_at = closes_at(thread, policy)
    return closed_at is not None and closed_at <= at
