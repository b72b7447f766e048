"""Sites as this process last read them. They change rarely, and without a cache each comment would cost a query."""

import time
from collections.abc import Callable

from moderation.errors import NotFound
from moderation.site import Site, is_site_id
from moderation.store import Store

FRESH_S = 1.0


class SiteCache:
    """Keeps each site for a second. ticks: a monotonic clock, in seconds."""

    def __init__(self, store: Store, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._ticks = ticks
        self._seen: dict[str, tuple[float, Site]] = {}

    def get(self, site_id: str) -> Site:
        """The site, at most a second old. Raises NotFound, which is not cached."""
        seen_at, site = self._seen.get(site_id, (0.0, None))
        if site is not None and self._ticks() - seen_at < FRESH_S:
            return site
        if not is_site_id(site_id):  # such as one with a NUL, on which PostgreSQL fails
            raise NotFound("site", site_id)
        try:
            with self._store.read() as uow:
                site = uow.sites.get(site_id)
        except NotFound:
            self.forget(site_id)
            raise
        self._seen[site_id] = (self._ticks(), site)
        return site

    def forget(self, site_id: str) -> None:
        """Drop a site that this process has changed."""
        self._seen.pop(site_id, None)
