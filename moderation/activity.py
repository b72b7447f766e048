"""Decisions that a moderator made together, as the page Activity lists them."""

from dataclasses import dataclass
from datetime import datetime

from moderation.actions import Action
from moderation.decided_by import DecidedBy
from moderation.reasons import Reason


@dataclass(frozen=True, slots=True)
class Batch:
    """Decisions of one moderator that were made together. standing: how many of `count` no other has followed.

    decision_id, comment_id: of one of them, which stands for all.
    """

    by: DecidedBy
    at: datetime
    action: Action
    reason: Reason
    count: int
    standing: int
    decision_id: str
    comment_id: str
