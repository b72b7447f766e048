"""Decisions: what the policy and the moderators have in common."""

from dataclasses import dataclass
from datetime import datetime

from moderation.actions import Action
from moderation.comment import Status
from moderation.decided_by import AUTHOR, POLICY, DecidedBy
from moderation.messages import NOTHING, Message
from moderation.reasons import Reason

__all__ = ["AUTHOR", "POLICY", "Action", "DecidedBy", "Decision", "Reason"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One action, with its reason, by whom, when.

    revision: the comment's revision that this decision made, 1 or more.
    detail: what the policy's rule found, for moderators; note: what a moderator wrote.
    undoes: the id of the decision that an undo took back, else "".
    """

    id: str
    comment_id: str
    site_id: str
    action: Action
    reason: Reason
    by: DecidedBy
    at: datetime
    revision: int
    status_before: Status
    status_after: Status
    detail: Message = NOTHING
    note: str = ""
    undoes: str = ""
