"""The statement of reasons that the author of a comment gets: by whom it was decided, on what ground, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.decided_by import AUTHOR, POLICY
from moderation.decision import Decision
from moderation.reasons import Reason


class Decider(StrEnum):
    """Who decided, without a name: authors do not see which moderator it was."""

    POLICY = "policy"
    MODERATOR = "moderator"
    AUTHOR = "author"


class Ground(StrEnum):
    """What the decision rests on: the rules of the site, or the law."""

    RULES = "rules"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class Statement:
    """Why a comment stands as it does. is_automated: whether no person took part in the decision."""

    reason: Reason
    by: Decider
    ground: Ground
    at: datetime

    @property
    def is_automated(self) -> bool:
        """Whether the policy decided alone."""
        return self.by is Decider.POLICY


def statement_of(decision: Decision) -> Statement:
    """The statement about one decision, without the moderators' names and notes. Pure."""
    by = _DECIDERS.get(decision.by.id, Decider.MODERATOR)
    ground = Ground.LAW if decision.reason is Reason.ILLEGAL else Ground.RULES
    return Statement(decision.reason, by, ground, decision.at)


_DECIDERS = {POLICY.id: Decider.POLICY, AUTHOR.id: Decider.AUTHOR}
