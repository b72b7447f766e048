"""What moderators decided about a sender: the next comments of an author, a mail domain, a network or a campaign."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from moderation.actions import Action
from moderation.decided_by import DecidedBy
from moderation.messages import Message
from moderation.reasons import Reason


class SenderKind(StrEnum):
    """Whom a rule is about, and what it does to their comments. The first of these that matches decides."""

    CAMPAIGN = "campaign"
    ADDRESS = "address"
    DOMAIN = "domain"
    NETWORK = "network"
    MUTE = "mute"
    TRUST = "trust"

    @property
    def action(self) -> Action:
        """What becomes of a comment: it is rejected, or, of a trusted author, published where nothing objects."""
        return Action.APPROVE if self is SenderKind.TRUST else Action.REJECT

    @property
    def reason(self) -> Reason:
        """Why, for the author."""
        if self is SenderKind.CAMPAIGN:
            return Reason.SPAM
        return Reason.TRUSTED if self is SenderKind.TRUST else Reason.BLOCKED


@dataclass(frozen=True, slots=True)
class SenderRule:
    """One rule of a site. key: by what senders are found; a digest, a network or the id of a campaign.

    about: the id of the comment that it was made at; label: what people see of it, such as the author's name.
    until: when it ends by itself, None for never; ended_at: when somebody ended it.
    """

    id: str
    site_id: str
    kind: SenderKind
    key: bytes
    about: str
    label: str
    by: DecidedBy
    at: datetime
    until: datetime | None = None
    ended_at: datetime | None = None

    def is_active(self, at: datetime) -> bool:
        """Whether it decides about comments now."""
        return self.ended_at is None and (self.until is None or at < self.until)

    @property
    def message(self) -> Message:
        """Why it decided, for moderators."""
        return Message(f"sender.{self.kind.value}", {"by": self.by.name})


LIFETIMES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30), "never": None}
"""For how long a rule may be made; None for until somebody ends it."""


def strongest(rules: Iterable[SenderRule]) -> SenderRule | None:
    """The one that decides, of those that match a comment."""
    order = list(SenderKind)
    return min(rules, key=lambda rule: order.index(rule.kind), default=None)
