"""How long a site keeps what people wrote, and what is due at some time: pure decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.comment import Status
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.reasons import Reason

MAX_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Retention:
    """Whole days; None for ever.

    spam_days, rejected_days: comments that were rejected as spam, or for another reason, counted from the decision.
    email_days: the addresses of published comments, network_days: the masked networks of all comments, both counted
    from when they were received. delivery_days: webhooks and mails with their attempts, counted from their end.
    """

    spam_days: int | None = 30
    rejected_days: int | None = 180
    email_days: int | None = 365
    network_days: int | None = 30
    delivery_days: int | None = 30


NAMES = tuple(each.name for each in fields(Retention))


class Destroyed(StrEnum):
    """What retention destroys, as the report names it."""

    SPAM = "spam"
    REJECTED = "rejected"
    EMAILS = "emails"
    NETWORKS = "networks"
    DELIVERIES = "deliveries"


@dataclass(frozen=True, slots=True)
class Kept:
    """What retention must know of a comment."""

    id: str
    site_id: str
    status: Status
    reason: str
    received_at: datetime
    decided_at: datetime | None
    has_email: bool
    has_network: bool


def checked_days(name: str, days: int | None) -> int | None:
    """The number of days, if it is one of 1 to 3,650, or None. Raises Invalid."""
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise Invalid(name, Message(N_("must be a whole number from 1 to %(most)s, or null."), {"most": MAX_DAYS}))
    return days


def checked_retention(days: Mapping[str, int | None]) -> Retention:
    """A retention of these days; what is left out takes its default. Raises Invalid."""
    return Retention(**{name: checked_days(name, value) for name, value in days.items()})


def due(comment: Kept, retention: Retention, *, at: datetime) -> tuple[Destroyed, ...]:
    """What is to be destroyed of a comment now. When it is erased, that is all there is to do."""
    if comment.status is Status.REJECTED and comment.decided_at:
        is_spam = comment.reason == Reason.SPAM
        days = retention.spam_days if is_spam else retention.rejected_days
        if _is_over(comment.decided_at, days, at):
            return (Destroyed.SPAM if is_spam else Destroyed.REJECTED,)
    found = []
    is_published = comment.status is Status.APPROVED
    if comment.has_email and is_published and _is_over(comment.received_at, retention.email_days, at):
        found.append(Destroyed.EMAILS)
    if comment.has_network and _is_over(comment.received_at, retention.network_days, at):
        found.append(Destroyed.NETWORKS)
    return tuple(found)


def _is_over(since: datetime, days: int | None, at: datetime) -> bool:
    return days is not None and at - since >= timedelta(days=days)
