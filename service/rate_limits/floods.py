"""Whether a site is under a flood: more was sent than its limit allows, or many near copies came.

Both are counted in what all processes share, so they agree to within LOOK_AGAIN.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from moderation.store import Store
from service.rate_limits.limiter import Limiter

LOOK_AGAIN = timedelta(seconds=5)
MANY_COPIES = 20
RECENT = timedelta(minutes=10)
"""This many near copies within RECENT are a flood."""

NEWEST = 200
"""How many comments of each status are looked at."""


class _Seen(NamedTuple):
    at: datetime
    is_flood: bool


class FloodWatch:
    """The floods that one process knows of. It looks at each site at most every five seconds, and keeps nothing."""

    def __init__(self, store: Store, limiter: Limiter) -> None:
        self._store = store
        self._limiter = limiter
        self._seen: dict[str, _Seen] = {}

    def is_on(self, site_id: str, *, at: datetime) -> bool:
        """Whether the site is under a flood now."""
        seen = self._seen.get(site_id)
        if seen is None or not timedelta(0) <= at - seen.at < LOOK_AGAIN:
            seen = self._seen[site_id] = _Seen(at, self._has_sign(site_id, at=at))
        return seen.is_flood

    def _has_sign(self, site_id: str, *, at: datetime) -> bool:
        if self._limiter.is_over(site_id):
            return True
        with self._store.read() as uow:
            return uow.campaigns.recent_copies(site_id, since=at - RECENT, among=NEWEST) >= MANY_COPIES
