"""What was held only because its author was unknown is judged again when a moderator approves a comment of theirs."""

from collections.abc import Sequence
from datetime import datetime

from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.decision_writer import record_many
from moderation.reasons import Reason
from moderation.store import UnitOfWork
from moderation.triage import Scored, histories_of, propose

MOST_AT_ONCE = 100


def free_known_authors(uow: UnitOfWork, decided: Sequence[Comment], *, at: datetime) -> int:
    """Publish what the site's policy now approves by the authors of these comments; returns how much that was.

    Only what was held as a first comment, where the policy publishes anything by itself. What it would still hold
    stays as it is: moderators are offered it as a group.
    """
    approved = [comment for comment in decided if comment.status is Status.APPROVED]
    if not approved:
        return 0
    policies = {site.id: site.policy for site in uow.sites.all(sorted({comment.site_id for comment in approved}))}
    known = [comment.id for comment in approved if policies[comment.site_id].may_approve]
    if not known:
        return 0
    held = uow.authors.waiting(known, reason=Reason.FIRST_COMMENT, limit=MOST_AT_ONCE)
    waiting = uow.comments.get_many([id for id, _ in held], for_update=True, with_scores=True)
    histories = histories_of(uow, waiting, at=at)
    proposals = [
        propose(Scored(comment, comment.score), histories[comment.id], policies[comment.site_id], at=at)
        for comment in waiting
    ]
    free = [proposal for proposal in proposals if proposal.decision.action is Action.APPROVE]
    record_many(uow, free, {proposal.comment.id: proposal.comment.revision for proposal in free})
    return len(free)
