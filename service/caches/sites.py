"""Sites as this process last saw them. They change rarely, and intake would otherwise pay a look for each comment."""

import time
from collections.abc import Callable

from moderation.errors import NotFound
from moderation.site import Site, is_site_id
from moderation.store import Store

FRESH_S = 1.0


class SiteCache:
    """Remembers each site for a second. ticks: a clock that only runs forward, in seconds."""

    def __init__(self, store: Store, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._ticks = ticks
        self._seen: dict[str, tuple[float, Site]] = {}

    def get(self, site_id: str) -> Site:
        """The site, at most a second old. Raises NotFound; what does not exist is not remembered."""
        seen_at, site = self._seen.get(site_id, (0.0, None))
        if site is not None and self._ticks() - seen_at < FRESH_S:
            return site
        if not is_site_id(site_id):  # PostgreSQL fails when it is asked for a NUL
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
        """This process has changed the site: look again."""
        self._seen.pop(site_id, None)
