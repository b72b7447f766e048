"""A delivery: one event on its way to one endpoint; its attempts; and what each attempt means. No network here."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from moderation.webhooks.events import DISABLE_AFTER, RETRY_AFTER, EventType

GONE = 410
JITTER = 0.1


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. http_status: None when no answer came; problem: "" when the endpoint took the event, else a sentence.

    answer: the first KiB of what the endpoint said, as text.
    """

    at: datetime
    http_status: int | None
    latency_ms: int
    problem: str = ""
    answer: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the endpoint took the event."""
        return not self.problem


@dataclass(frozen=True, slots=True)
class Delivery:
    """tries: the attempts since it was announced or replayed. due_at: when the next attempt is due, if one is."""

    id: int
    site_id: str
    endpoint_id: str
    event_id: str
    type: EventType
    comment_id: str
    created_at: datetime
    status: DeliveryStatus
    tries: int
    due_at: datetime | None
    ended_at: datetime | None
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that this worker holds until its lease ends, with all it takes to send it.

    secrets: the endpoint's, the old one too while a rotation's overlap runs; none when they cannot be opened.
    """

    id: int
    endpoint_id: str
    event_id: str
    url: str
    payload: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliverySearch:
    """Which deliveries to list, newest first. endpoint_id "" and status None: any; cursor: of the page before."""

    site_id: str
    endpoint_id: str = ""
    status: DeliveryStatus | None = None
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries with their attempts. next_cursor: "" on the last page."""

    deliveries: tuple[Delivery, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """How an endpoint stands: since when it fails, and why it was disabled, "" if it was not."""

    failing_since: datetime | None
    disabled_reason: str = ""


def due_after(delivery_id: int, tries: int, *, at: datetime) -> datetime | None:
    """When to try again after the failed attempt number `tries`; None when that was the last one.

    Up to a tenth later than RETRY_AFTER says, by a hash, so that what failed together does not return together.
    """
    if tries > len(RETRY_AFTER):
        return None
    share = zlib.crc32(f"{delivery_id}:{tries}".encode()) / 2**32
    return at + RETRY_AFTER[tries - 1] * (1 + JITTER * share)


def standing_after(attempts: Sequence[Attempt], failing_since: datetime | None) -> EndpointHealth:
    """How an endpoint stands after these attempts, in the order they ended; it was enabled before."""
    if any(attempt.http_status == GONE for attempt in attempts):
        return EndpointHealth(failing_since, "The endpoint answered 410 Gone: it wants no more webhooks.")
    for attempt in attempts:
        failing_since = None if attempt.is_success else failing_since or attempt.at
    if failing_since and attempts[-1].at - failing_since >= DISABLE_AFTER:
        return EndpointHealth(failing_since, f"The endpoint took no event for {DISABLE_AFTER.days} days.")
    return EndpointHealth(failing_since)
