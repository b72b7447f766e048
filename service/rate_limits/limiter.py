"""How much one network, one author and one site may send. A flood never closes a site to its other readers."""

import logging
import math
import time
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from limits import RateLimitItem, parse_many

from moderation.comment import Email
from moderation.config.settings import Settings
from moderation.dispatch import RedisProblem
from moderation.store.sealing import Sealer
from service.http.errors import TooMany, wait_words
from service.rate_limits.memory_windows import Hit, LocalWindows
from service.rate_limits.redis_windows import SharedWindows

log = logging.getLogger("rejoinder.limits")

FAIR_SHARE = 3
"""What each network may send within its first window to a site that is over its limit."""

PAUSE_S = 5.0


class Windows(Protocol):
    """Where hits are counted."""

    def count(self, hits: Sequence[Hit], /) -> list[int]:
        """Count one more in each window, in order, up to the first that then holds too many; how many each holds."""

    def seconds_left(self, key: str, /) -> float:
        """How long the key's window stays open."""


class WindowCounter:
    """Counts hits per key and window: in Redis for all processes, or in memory when there is one, or no Redis."""

    def __init__(self, shared: Windows | None = None, ticks: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._local = LocalWindows()
        self._ticks = ticks
        self._paused_until = 0.0

    def count(self, hits: Sequence[Hit]) -> tuple[list[int], Windows]:
        """As `Windows.count`, and where that was counted. Never fails."""
        if self._shared is not None and self._ticks() >= self._paused_until:
            try:
                return self._shared.count(hits), self._shared
            except RedisProblem:
                self._paused_until = self._ticks() + PAUSE_S
                log.warning("limits counted in this process only pause_s=%s", PAUSE_S)
        return self._local.count(hits), self._local


class Limit:
    """One limit with its windows. what: what is limited, in the plural. Keys are keyed digests of whom it counts."""

    def __init__(self, sealer: Sealer, kind: str, what: str, text: str) -> None:
        self._sealer = sealer
        self._kind = kind
        self._windows = [(item.get_expiry(), item.amount, _told(item, what)) for item in parse_many(text)]

    def hits(self, *whom: str) -> list[Hit]:
        """One more of these, in each window."""
        key = self._sealer.find_key(self._kind, *whom).hex()
        return [Hit(f"{key}/{most}/{window_s}", window_s, most, told) for window_s, most, told in self._windows]


class Limiter:
    """The limits of one installation. Nothing of a person is in what it keeps."""

    def __init__(self, tally: WindowCounter, sealer: Sealer, *, network: str, email: str, site: str) -> None:
        self._tally = tally
        self._network = Limit(sealer, "limit-network", "submissions from your network", network)
        self._email = Limit(sealer, "limit-email", "submissions from this e-mail address", email)
        self._site = Limit(sealer, "limit-site", "submissions to this site", site)
        self._sign_ins = Limit(sealer, "sign-in-network", "attempts from your network", "30/15minutes")
        self._names = Limit(sealer, "sign-in-name", "attempts for this name", "10/15minutes")

    @staticmethod
    def from_settings(settings: Settings, sealer: Sealer) -> "Limiter":
        """Shared over Redis when several web processes serve."""
        shared = SharedWindows(settings.redis_url) if settings.web_processes > 1 else None
        return Limiter(
            WindowCounter(shared),
            sealer,
            network=settings.limit_network,
            email=settings.limit_email,
            site=settings.limit_site,
        )

    def admit(self, site_id: str, network: str | None, email: Email | None) -> None:
        """Count a submission to this site. Raises TooMany.

        network: as `privacy.network_of` gives it, "" when unknown; that counts as one network. None for a server
        with a key of the site, which has no limit but that of its authors. email: None when none could be read.
        When the whole site is over its limit, only networks that had their fair share are refused.
        """
        of_network = [] if network is None else self._network.hits(site_id, network)
        of_site = [] if network is None else self._site.hits(site_id)
        of_author = [] if email is None else self._email.hits(site_id, email.canonical)
        self._admit([*of_network, *of_site, *of_author], shared=of_site)

    def admit_sign_in(self, network: str, name: str) -> None:
        """Count an attempt to sign in, from this network and for this name, which need not exist. Raises TooMany."""
        self._admit([*self._sign_ins.hits(network), *self._names.hits(name)])

    def _admit(self, hits: Sequence[Hit], *, shared: Collection[Hit] = ()) -> None:
        """Raises TooMany for the first window that holds too many; for a shared one, only beyond the fair share."""
        sent = 0
        while hits:
            counts, where = self._tally.count(hits)
            last, sent = hits[len(counts) - 1], sent or counts[0]
            if counts[-1] > last.most and (last not in shared or sent > FAIR_SHARE):
                wait_s = _seconds_left(where, last.key)
                raise TooMany(f"There were {last.told}. Try again in {wait_words(wait_s)}.", retry_after_s=wait_s)
            hits = hits[len(counts) :]


def _told(item: RateLimitItem, what: str) -> str:
    name = item.GRANULARITY.name
    window = f"a {name}" if item.multiples == 1 else f"{item.multiples} {name}s"
    return f"more than {item.amount} {what} in {window}"


def _seconds_left(windows: Windows, key: str) -> int:
    try:
        return max(1, math.ceil(windows.seconds_left(key)))
    except RedisProblem:
        return math.ceil(PAUSE_S)
