"""A delivery: one message to one destination, and its attempts. The retry schedules are in channels.py."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from moderation.messages import NOTHING, Message
from moderation.outbox.channels import ChannelSpec

JITTER = 0.1
MAX_SECONDS_DIGITS = 9


class DeliveryStatus(StrEnum):
    """The state of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. http_status: None without an HTTP answer. problem: NOTHING when the destination accepted the delivery.

    answer: the first KiB of the answer, as text. retry_after_s: how long the receiver asked to wait, if it did.
    """

    at: datetime
    http_status: int | None
    latency_ms: int
    problem: Message = NOTHING
    answer: str = ""
    retry_after_s: int | None = None

    @property
    def is_success(self) -> bool:
        """Whether the destination accepted the delivery."""
        return not self.problem


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Something to tell one destination. event_id: the same on every attempt and every replay.

    type: what kind of message it is, in the words of its channel. comment_id: "" when it is not about a comment.
    payload: what is sent, in the format of the channel.
    """

    channel: str
    site_id: str
    destination_id: str
    event_id: str
    type: str
    payload: str = field(repr=False)
    comment_id: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """tries: the attempts since it was added or replayed. due_at: when the next attempt is due, if one is."""

    id: int
    channel: str
    site_id: str
    destination_id: str
    event_id: str
    type: str
    comment_id: str
    created_at: datetime
    status: DeliveryStatus
    tries: int
    due_at: datetime | None
    ended_at: datetime | None
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that one worker holds until its lease ends."""

    id: int
    channel: str
    destination_id: str
    event_id: str
    payload: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliverySearch:
    """Which deliveries to list, newest first. Empty fields match everything; cursor: of the page before."""

    site_id: str
    destination_id: str = ""
    channel: str = ""
    status: DeliveryStatus | None = None
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries with their attempts. next_cursor: "" on the last page."""

    deliveries: tuple[Delivery, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class DestinationHealth:
    """failing_since: the first failure after the last success, if any. paused_until: no attempt is made before then,
    because the receiver asked for it. disabled_reason: why nothing is sent any more, NOTHING while it is."""

    failing_since: datetime | None = None
    paused_until: datetime | None = None
    disabled_reason: Message = NOTHING


def due_after(
    spec: ChannelSpec, delivery_id: int, tries: int, *, at: datetime, retry_after_s: int | None = None
) -> datetime | None:
    """When to try again after the failed attempt number `tries`; None when that was the last one.

    Never before the schedule's time, so that a receiver cannot use up the attempts in a minute, and never before the
    time that it asked for. Up to a tenth later, by a hash, so that deliveries that failed together spread out.
    """
    if tries > len(spec.retry_after):
        return None
    share = zlib.crc32(f"{delivery_id}:{tries}".encode()) / 2**32
    wait = max(spec.retry_after[tries - 1], _pause(spec, retry_after_s))
    return at + wait * (1 + JITTER * share)


def health_after(spec: ChannelSpec, attempts: Sequence[Attempt], health: DestinationHealth) -> DestinationHealth:
    """The health of an enabled destination after these attempts, in the order in which they ended."""
    for attempt in attempts:
        if attempt.problem.code in spec.disable_on:
            return replace(health, disabled_reason=attempt.problem)
        health = _after_one(spec, attempt, health)
    if health.failing_since and attempts[-1].at - health.failing_since >= spec.disable_after:
        reason = Message("destination.failing", {"days": spec.disable_after.days})
        return replace(health, disabled_reason=reason)
    return health


def retry_after_s(header: str, *, at: datetime) -> int | None:
    """The seconds that a Retry-After header asks to wait, counted from `at`; None when it is absent or unreadable.

    Both forms of RFC 9110: seconds, or an HTTP date.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return int(text[:MAX_SECONDS_DIGITS])
    try:
        until = parsedate_to_datetime(text)
        return max(0, round((until - at).total_seconds()))
    except (TypeError, ValueError, OverflowError):  # TypeError: a date without a zone
        return None


def _after_one(spec: ChannelSpec, attempt: Attempt, health: DestinationHealth) -> DestinationHealth:
    if attempt.is_success:
        return replace(health, failing_since=None)
    asked_until = attempt.at + _pause(spec, attempt.retry_after_s)
    paused_until = max(asked_until, health.paused_until or asked_until) if attempt.retry_after_s else None
    return replace(
        health,
        failing_since=health.failing_since or attempt.at,
        paused_until=paused_until or health.paused_until,
    )


def _pause(spec: ChannelSpec, seconds: int | None) -> timedelta:
    return min(timedelta(seconds=seconds or 0), spec.max_retry_after)
