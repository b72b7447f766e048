"""How much one network, one author and one site may send. A flood never closes a site to its other readers."""

import logging
import math
import time
from collections.abc import Callable
from typing import Protocol

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import RedisStorage

from moderation.comment import Email
from moderation.dispatch import REDIS_TIMEOUT_S
from moderation.settings import Settings
from moderation.store.sealing import Sealer
from service.errors import TooMany
from service.windows import LocalWindows

log = logging.getLogger("rejoinder.limits")

FAIR_SHARE = 3
"""What each network may send within its first window to a site that is over its limit."""

PAUSE_S = 5.0

_SIGN_INS_NETWORK, _SIGN_INS_NAME = parse_many("30/15minutes"), parse_many("10/15minutes")


class Windows(Protocol):
    """Where hits are counted."""

    def incr(self, key: str, expiry: int, /) -> int:
        """Count one more; how many there are now in this window of `expiry` seconds."""

    def get_expiry(self, key: str, /) -> float:
        """When the key's window ends, in seconds since 1970."""


class Tally:
    """Counts hits per key and window: in Redis for all processes, or in memory when there is one, or no Redis."""

    def __init__(self, shared: Windows | None = None, ticks: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._local = LocalWindows()
        self._ticks = ticks
        self._paused_until = 0.0

    def hit(self, key: str, window_s: int) -> tuple[int, Windows]:
        """Count one more; how many there are now in this window, and where that was counted. Never fails."""
        if self._shared is not None and self._ticks() >= self._paused_until:
            try:
                return self._shared.incr(key, window_s), self._shared
            except StorageError:
                self._paused_until = self._ticks() + PAUSE_S
                log.warning("limits counted in this process only pause_s=%s", PAUSE_S)
        return self._local.incr(key, window_s), self._local


class Limiter:
    """The limits of one installation. Keys are keyed digests: nothing of a person is in them."""

    def __init__(self, tally: Tally, sealer: Sealer, *, network: str, email: str, site: str) -> None:
        self._tally = tally
        self._sealer = sealer
        self._network, self._email, self._site = parse_many(network), parse_many(email), parse_many(site)

    @staticmethod
    def from_settings(settings: Settings, sealer: Sealer) -> "Limiter":
        """Shared over Redis when several web processes serve."""
        shared = _shared_storage(settings.redis_url) if settings.web_processes > 1 else None
        return Limiter(
            Tally(shared),
            sealer,
            network=settings.limit_network,
            email=settings.limit_email,
            site=settings.limit_site,
        )

    def admit_network(self, site_id: str, network: str) -> None:
        """Count a submission of this network to this site. Raises TooMany.

        network: as `privacy.network_of` gives it, "" when unknown; that counts as one network.
        When the whole site is over its limit, only networks that had their fair share are refused.
        """
        sent = self._count(self._network, "submissions from your network", "limit-network", site_id, network)
        try:
            self._count(self._site, "submissions to this site", "limit-site", site_id)
        except TooMany:
            if sent > FAIR_SHARE:
                raise

    def admit_email(self, site_id: str, email: Email) -> None:
        """Count a submission of this author to this site. Raises TooMany."""
        self._count(self._email, "submissions from this e-mail address", "limit-email", site_id, email.canonical)

    def admit_sign_in(self, network: str, name: str) -> None:
        """Count an attempt to sign in, from this network and for this name, which need not exist. Raises TooMany."""
        self._count(_SIGN_INS_NETWORK, "attempts from your network", "sign-in-network", network)
        self._count(_SIGN_INS_NAME, "attempts for this name", "sign-in-name", name)

    def _count(self, items: list[RateLimitItem], what: str, kind: str, *values: str) -> int:
        """Count in each window; the count in the first. Raises TooMany."""
        key = self._sealer.find_key(kind, *values).hex()
        counts = [self._hit(item, what, item.key_for(key)) for item in items]
        return counts[0]

    def _hit(self, item: RateLimitItem, what: str, key: str) -> int:
        count, storage = self._tally.hit(key, item.get_expiry())
        if count > item.amount:
            raise TooMany(
                f"There were more than {item.amount} {what} in {_window(item)}. Try again later.",
                retry_after_s=_seconds_left(storage, key),
            )
        return count


def _window(item: RateLimitItem) -> str:
    name = item.GRANULARITY.name
    return f"a {name}" if item.multiples == 1 else f"{item.multiples} {name}s"


def _seconds_left(storage: Windows, key: str) -> int:
    try:
        return max(1, math.ceil(storage.get_expiry(key) - time.time()))
    except StorageError:
        return math.ceil(PAUSE_S)


def _shared_storage(redis_url: str) -> Windows:
    url = f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url
    return RedisStorage(
        url,
        key_prefix="rejoinder",
        wrap_exceptions=True,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
    )
