"""A stored comment as a policy sees it again."""

from dataclasses import dataclass, field

from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.rules import History
from moderation.score import Score


@dataclass(frozen=True, slots=True)
class PastComment:
    """The comment, its score, and what came of it.

    history: what the site knew about its author and text when it was scored. before: what the policy of that time
    decided, None if it never did. verdict: approved or rejected where a person decided and that stands, else None.
    """

    comment: Comment
    score: Score
    history: History = field(default_factory=History)
    before: Action | None = None
    verdict: Status | None = None
