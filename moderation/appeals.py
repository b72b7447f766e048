"""Appeals: an author objects to the rejection of a comment, once for each decision. Pure; see appeal_review.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.comment import Comment, Status
from moderation.decision import DecidedBy, Decision, Reason

MAX_TEXT = 1_000
"""So many characters an appeal may have, and its answer too."""


class Outcome(StrEnum):
    """What became of an appeal."""

    OPEN = ""
    GRANTED = "granted"
    REFUSED = "refused"
    CLOSED = "closed"
    """There is nothing left to decide: the author withdrew the comment."""


DECIDABLE = (Outcome.GRANTED, Outcome.REFUSED)
"""What a moderator decides between."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An author's objection to one decision. text, answer: at most 1,000 characters, plain text.

    by, decided_at: who decided about the appeal and when, None while it is open. answer: what the author reads of it.
    """

    id: str
    site_id: str
    comment_id: str
    decision_id: str
    text: str
    at: datetime
    outcome: Outcome = Outcome.OPEN
    by: DecidedBy | None = None
    decided_at: datetime | None = None
    answer: str = ""


def may_be_appealed(comment: Comment, last: Decision | None) -> bool:
    """Whether the author may object to the newest decision: a rejection for anything but spam."""
    if last is None or comment.status is not Status.REJECTED:
        return False
    return last.reason not in (Reason.SPAM, Reason.WITHDRAWN)


def outcome_by(decision: Decision) -> Outcome:
    """What this decision about a comment makes of an open appeal; OPEN where it leaves it as it is."""
    if decision.reason is Reason.WITHDRAWN:
        return Outcome.CLOSED
    is_lifted = decision.status_before is Status.REJECTED and decision.status_after is not Status.REJECTED
    return Outcome.GRANTED if is_lifted else Outcome.OPEN
