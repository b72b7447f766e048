"""Limits on what a network, an author and a site may send. A flood never closes a site to its other readers.

The rates for comments are settings: REJOINDER_LIMIT_… in `moderation/config/options.py`. Those for sign-ins are here.
"""

import logging
import math
import time
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from moderation.comment import Email
from moderation.config.rates import Rate
from moderation.config.settings import Settings
from moderation.dispatch import RedisProblem
from moderation.proof_of_work import LIFETIME
from moderation.store.sealing import Sealer
from service.http.errors import TooMany, wait_words
from service.rate_limits.memory_windows import Hit, LocalWindows
from service.rate_limits.redis_windows import SharedWindows

log = logging.getLogger("rejoinder.limits")

FAIR_SHARE = 3
"""How many submissions a network may send in its first window to a site that is over its limit."""

PAUSE_S = 5.0
"""How long a process counts by itself after Redis failed."""

SIGN_INS_PER_NETWORK = (Rate(30, 15, "minute"),)
SIGN_INS_PER_NAME_AND_NETWORK = (Rate(10, 15, "minute"),)
SIGN_INS_PER_NAME = (Rate(100, 15, "minute"),)
"""From all networks together: a hundred guesses in a quarter of an hour are 10,000 a day against 12 characters."""

SIGN_INS_PER_BROWSER = (Rate(10, 15, "minute"),)
"""For a browser in which the moderator has signed in before. No other limit applies: nobody can lock it out."""

CODES_PER_NAME_AND_NETWORK = (Rate(10, 15, "minute"),)
CODES_PER_NAME = (Rate(50, 1, "day"),)
"""Second steps, which only a right password or link leads to. Three of a million codes are right at a time."""

LINKS_PER_NETWORK = (Rate(10, 1, "hour"),)
LINKS_PER_NAME = (Rate(3, 1, "hour"),)
"""Mails with a sign-in link, from all networks together: nobody can fill a moderator's inbox."""

DATA_PER_NETWORK = (Rate(10, 1, "hour"),)
DATA_PER_ADDRESS = (Rate(3, 1, "day"),)
"""Mails with a link to all comments of an address, from all networks together."""

USES_PER_PROOF = (Rate(1, int(LIFETIME.total_seconds() / 60), "minute"),)
"""Of a solution of a challenge, until it has expired."""

WRONG_KEYS_PER_NETWORK = (Rate(60, 15, "minute"),)
"""Short keys that do not exist. 60 guesses in a quarter of an hour are 6,000 a day against 48 bits."""


class Windows(Protocol):
    """A place that counts hits."""

    def count(self, hits: Sequence[Hit], /) -> list[int]:
        """Count the hits in order and return the new counts; stop after the first that exceeds its limit."""

    def seconds_left(self, key: str, /) -> float:
        """How many seconds the key's window stays open."""


class WindowCounter:
    """Counts hits per key and window: in Redis for all processes, or in memory when there is one, or no Redis."""

    def __init__(self, shared: Windows | None = None, ticks: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._local = LocalWindows()
        self._ticks = ticks
        self._paused_until = 0.0

    def count(self, hits: Sequence[Hit]) -> tuple[list[int], Windows]:
        """Count as `Windows.count` does; return the counts and the windows that hold them. Never fails."""
        if self._shared is not None and self._ticks() >= self._paused_until:
            try:
                return self._shared.count(hits), self._shared
            except RedisProblem:
                self._paused_until = self._ticks() + PAUSE_S
                log.warning("limits counted in this process only pause_s=%s", PAUSE_S)
        return self._local.count(hits), self._local


class Limit:
    """One limit with its windows. what: what is limited, in the plural. Keys are keyed digests of the sender."""

    def __init__(self, sealer: Sealer, kind: str, what: str, rates: Sequence[Rate]) -> None:
        self._sealer = sealer
        self._kind = kind
        self._windows = [
            (rate.window_s, rate.amount, f"more than {rate.amount} {what} in {rate.window}") for rate in rates
        ]

    def hits(self, *sender: str, amount: int = 1) -> list[Hit]:
        """One hit in each window, which adds this amount."""
        key = self._sealer.find_key(self._kind, *sender).hex()
        return [
            Hit(f"{key}/{most}/{window_s}", window_s, most, excess, amount)
            for window_s, most, excess in self._windows
        ]


class Limiter:
    """The limits of one installation. It stores keyed digests only, no personal data."""

    def __init__(
        self,
        counter: WindowCounter,
        sealer: Sealer,
        *,
        network: Sequence[Rate],
        size: Sequence[Rate],
        reads: Sequence[Rate],
        email: Sequence[Rate],
        site: Sequence[Rate],
        checks: Sequence[Rate],
    ) -> None:
        self._counter = counter
        self._network = Limit(sealer, "limit-network", "submissions from your network", network)
        self._bytes = Limit(sealer, "limit-bytes", "bytes of text from your network", size)
        self._reads = Limit(sealer, "limit-reads", "pages made for your network", reads)
        self._email = Limit(sealer, "limit-email", "submissions from this e-mail address", email)
        self._site = Limit(sealer, "limit-site", "submissions to this site", site)
        self._checks = Limit(sealer, "limit-checks", "checks with this key", checks)
        self._wrong_keys = Limit(sealer, "wrong-key", "wrong keys from your network", WRONG_KEYS_PER_NETWORK)
        self._sign_ins = Limit(sealer, "sign-in-network", "attempts from your network", SIGN_INS_PER_NETWORK)
        name_here = "attempts for this name from your network"
        self._names_here = Limit(sealer, "sign-in-name-network", name_here, SIGN_INS_PER_NAME_AND_NETWORK)
        self._names = Limit(sealer, "sign-in-name", "attempts for this name", SIGN_INS_PER_NAME)
        self._links_here = Limit(sealer, "link-network", "links asked for by your network", LINKS_PER_NETWORK)
        self._links = Limit(sealer, "link-name", "links asked for by this name", LINKS_PER_NAME)
        self._data_here = Limit(sealer, "data-network", "links asked for by your network", DATA_PER_NETWORK)
        self._data = Limit(sealer, "data-address", "links asked for by this address", DATA_PER_ADDRESS)
        codes = "attempts with a code"
        self._codes_here = Limit(sealer, "code-name-network", codes, CODES_PER_NAME_AND_NETWORK)
        self._codes = Limit(sealer, "code-name", codes, CODES_PER_NAME)
        self._proofs = Limit(sealer, "proof", "uses of a solution", USES_PER_PROOF)
        self._browsers = Limit(sealer, "sign-in-browser", "attempts from this browser", SIGN_INS_PER_BROWSER)

    @staticmethod
    def from_settings(settings: Settings, sealer: Sealer) -> "Limiter":
        """Shared over Redis when several web processes serve."""
        shared = SharedWindows(settings.redis_url) if settings.web_processes > 1 else None
        return Limiter(
            WindowCounter(shared),
            sealer,
            network=settings.limit_network,
            size=settings.limit_bytes,
            reads=settings.limit_reads,
            email=settings.limit_email,
            site=settings.limit_site,
            checks=settings.limit_checks,
        )

    def admit(self, site_id: str, network: str | None, email: Email | None, *, size: int = 0) -> None:
        """Count a submission to this site. Raises TooMany.

        network: from `privacy.network_of`; "" when unknown, and all unknown networks count as one. None for a server
        with a key of the site, to which only the authors' limit applies. email: None when none could be read.
        size: how many bytes of text the submission would add to the database.
        While the site is over its limit, only networks that have had their fair share are refused.
        """
        of_network = [] if network is None else self._network.hits(site_id, network)
        of_bytes = self._bytes.hits(site_id, network, amount=size) if network is not None and size else []
        of_site = [] if network is None else self._site.hits(site_id)
        of_author = [] if email is None else self._email.hits(site_id, email.canonical)
        self._admit([*of_network, *of_bytes, *of_site, *of_author], shared=of_site)

    def admit_check(self, key_id: str, *, amount: int = 1) -> None:
        """Count so many checks by this key, or by a moderator of this id. Raises TooMany."""
        self._admit(self._checks.hits(key_id, amount=amount))

    def admit_short_key(self, network: str) -> None:
        """Raises TooMany for a network that sent too many wrong keys, whether this one is right or not."""
        self._admit(self._wrong_keys.hits(network, amount=0))

    def note_wrong_key(self, network: str) -> None:
        """Count a wrong key from this network. Raises TooMany."""
        self._admit(self._wrong_keys.hits(network))

    def admit_read(self, network: str) -> None:
        """Count an answer that is made for this network alone, at some cost. Raises TooMany."""
        self._admit(self._reads.hits(network))

    def admit_text(self, site_id: str, network: str, *, size: int) -> None:
        """Count a text of so many bytes that a stranger wants scored: as a read, and by its size. Raises TooMany."""
        self._admit([*self._reads.hits(network), *self._bytes.hits(site_id, network, amount=size)])

    def admit_sign_in(self, network: str, name: str, *, browser: str = "") -> None:
        """Count an attempt to sign in, from this network and for this name, which need not exist. Raises TooMany.

        browser: identifies a browser in which this moderator has signed in before; it has a limit of its own.
        """
        if browser:
            self._admit(self._browsers.hits(browser))
            return
        here = self._names_here.hits(name, network)
        self._admit([*self._sign_ins.hits(network), *here, *self._names.hits(name)])

    def admit_code(self, network: str, moderator_id: str, *, browser: str = "") -> None:
        """Count an attempt with a code of this moderator's second factor. Raises TooMany.

        browser: as for `admit_sign_in`.
        """
        here = self._codes_here.hits(moderator_id, browser or network)
        self._admit([*here, *([] if browser else self._codes.hits(moderator_id))])

    def admit_link(self, network: str, name: str) -> None:
        """Count that this network asks for a link to whoever has this name, which need not exist. Raises TooMany."""
        self._admit([*self._links_here.hits(network), *self._links.hits(name)])

    def admit_data_request(self, network: str, email: Email) -> None:
        """Count that this network asks for a link to all comments of an address, known or not. Raises TooMany."""
        self._admit([*self._data_here.hits(network), *self._data.hits(email.canonical)])

    def is_over(self, site_id: str) -> bool:
        """Whether more was sent to the site than one of its windows allows. Counts nothing."""
        hits = self._site.hits(site_id, amount=0)
        counts, _ = self._counter.count(hits)
        return any(count > hit.most for count, hit in zip(counts, hits, strict=False))

    def is_first_use(self, site_id: str, nonce: str) -> bool:
        """Whether the solution of this challenge was not used before; now it is."""
        counts, _ = self._counter.count(self._proofs.hits(site_id, nonce))
        return counts == [1]

    def _admit(self, hits: Sequence[Hit], *, shared: Collection[Hit] = ()) -> None:
        """Raises TooMany for the first window over its limit; for a shared one, only beyond the fair share."""
        sent = 0
        while hits:
            counts, where = self._counter.count(hits)
            last, sent = hits[len(counts) - 1], sent or counts[0]
            if counts[-1] > last.most and (last not in shared or sent > FAIR_SHARE):
                wait_s = _seconds_left(where, last.key)
                raise TooMany(wait_words(wait_s), retry_after_s=wait_s, limit=last.excess)
            hits = hits[len(counts) :]


def _seconds_left(windows: Windows, key: str) -> int:
    try:
        return max(1, math.ceil(windows.seconds_left(key)))
    except RedisProblem:
        return math.ceil(PAUSE_S)
