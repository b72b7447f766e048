"""Whether a site is under a flood: more was sent than its limit allows, or many near copies came."""

from datetime import datetime, timedelta
from typing import NamedTuple

from moderation.store import Store
from service.rate_limits.limiter import Limiter

LOOK_AGAIN = timedelta(seconds=5)
LASTS = timedelta(minutes=10)
"""So long after its last sign a flood goes on."""

MANY_COPIES = 20
RECENT = timedelta(minutes=10)
"""So many near copies within this time are a flood."""

NEWEST = 200
"""How many comments of each status are looked at."""


class _Seen(NamedTuple):
    at: datetime
    until: datetime


class FloodWatch:
    """The floods that one process knows of. It looks at each site at most every five seconds, and keeps nothing."""

    def __init__(self, store: Store, limiter: Limiter) -> None:
        self._store = store
        self._limiter = limiter
        self._seen: dict[str, _Seen] = {}

    def is_on(self, site_id: str, *, at: datetime) -> bool:
        """Whether the site is under a flood now, or was a moment ago."""
        seen = self._seen.get(site_id)
        if seen is None or not timedelta(0) <= at - seen.at < LOOK_AGAIN:
            until = at + LASTS if self._has_sign(site_id, at=at) else seen.until if seen else at
            seen = self._seen[site_id] = _Seen(at, until)
        return at < seen.until

    def _has_sign(self, site_id: str, *, at: datetime) -> bool:
        if self._limiter.is_over(site_id):
            return True
        with self._store.read() as uow:
            return uow.campaigns.recent_copies(site_id, since=at - RECENT, among=NEWEST) >= MANY_COPIES
