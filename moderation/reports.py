"""Reports: readers say what is wrong with a published comment. What they count for is decided here; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.decided_by import POLICY
from moderation.decision import Decision, Reason
from moderation.policy import Policy

MAX_TEXT = 1_000


class Outcome(StrEnum):
    """What became of a report."""

    OPEN = ""
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    CLOSED = "closed"
    """There is nothing left to decide: the author withdrew the comment."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report. reason: one of `reasons.REPORT_REASONS`. text: at most 1,000 characters, plain text.

    weight: what it counts for, in (0, 1], by how often its network was right before.
    """

    id: str
    site_id: str
    comment_id: str
    reason: Reason
    text: str
    weight: float
    at: datetime
    outcome: Outcome = Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Reported:
    """A comment with open reports. weight: of all together; last_id: the newest report's."""

    comment_id: str
    count: int
    weight: float
    last_id: str


def weight_of(upheld: int, dismissed: int) -> float:
    """What a report counts for: 1 for a network without a past, 1/4 after three reports that were dismissed."""
    return (1 + upheld) / (1 + upheld + dismissed)


def is_public(comment: Comment) -> bool:
    """Whether readers can see the comment, be it as it was before an edit."""
    return comment.status is Status.APPROVED or (comment.status is Status.PENDING and bool(comment.public_body))


def must_be_held(comment: Comment, weights: Iterable[float], policy: Policy) -> bool:
    """Whether its open reports take what readers see of it off its page until a moderator has decided."""
    if policy.hold_reports is None or not is_public(comment):
        return False
    return sum(weights) >= policy.hold_reports - 1e-9  # sums of thirds


def outcome_by(decision: Decision) -> Outcome:
    """What this decision about a comment makes of its open reports; OPEN where it leaves them as they are."""
    if decision.action is Action.WITHDRAW:
        return Outcome.CLOSED
    if decision.by.id == POLICY.id:
        return Outcome.OPEN
    return {Action.APPROVE: Outcome.DISMISSED, Action.REJECT: Outcome.UPHELD}.get(decision.action, Outcome.OPEN)
