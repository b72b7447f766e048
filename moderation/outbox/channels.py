"""The channels of the outbox, one row each: the retry schedule, and when a destination is disabled.

To change a retry schedule, change it here and in docs/webhooks.md or docs/mail.md. To add a channel, add its row
here, its sender in `worker/channels/` and its texts in `moderation/messages/texts.py`.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """How the outbox treats the deliveries of one channel.

    retry_after: how long to wait after the first, second, … failed attempt; after the last one the delivery is given
    up. max_retry_after: the longest pause that a receiver may ask for. disable_after: how long a destination may fail
    without a single success before it is disabled. disable_on: codes of problems that disable it at once; give_up_on:
    of those after which the delivery is not tried again.
    initial_in_flight, max_in_flight: how many deliveries one destination may have under way, at first and at most.
    quick_places, places: how many attempts one worker may have under way that are not slow yet, and how many in all.
    """

    name: str
    retry_after: tuple[timedelta, ...]
    max_retry_after: timedelta
    disable_after: timedelta
    disable_on: frozenset[str] = frozenset()
    give_up_on: frozenset[str] = frozenset()
    initial_in_flight: int = 4
    max_in_flight: int = 32
    quick_places: int = 64
    places: int = 512


RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000))

WEBHOOK = ChannelSpec(
    name="webhook",
    retry_after=RETRY_AFTER,
    max_retry_after=timedelta(days=1),
    disable_after=timedelta(days=5),
    disable_on=frozenset({"http.gone"}),
)

GREYLISTED_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 10, 20, 60, 120, 240, 480, 480))
"""A server that greylists takes a mail on a later attempt, often from the fifth minute on, rarely after an hour."""

CONNECTIONS = 4
"""How many one worker has to the mail server; servers take only a few from one client."""

EMAIL = ChannelSpec(
    name="email",
    retry_after=GREYLISTED_AFTER,
    max_retry_after=timedelta(days=1),
    disable_after=timedelta(days=5),
    disable_on=frozenset({"smtp.no_recipient"}),
    give_up_on=frozenset({"smtp.refused"}),
    initial_in_flight=1,
    max_in_flight=1,
    quick_places=CONNECTIONS,
    places=CONNECTIONS,
)

CHANNELS = {each.name: each for each in (WEBHOOK, EMAIL)}
"""Every channel by its name, as it is written in `deliveries.channel`."""
