"""Asking a colleague to decide about a comment, or taking it oneself.

Whoever decides first settles it; asking again replaces it.
"""

from datetime import datetime

from moderation.accounts import Scope
from moderation.audit import AuditEvent
from moderation.claim import Claim
from moderation.comment import Comment, Status
from moderation.decided_by import DecidedBy
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.review import MAX_NOTE
from moderation.store import UnitOfWork


def escalate(uow: UnitOfWork, comment: Comment, for_id: str, note: str, by: DecidedBy, *, at: datetime) -> Claim:
    """Ask a moderator of the comment's site to decide about it. The audit trail has no note.

    Raises Invalid for somebody who cannot decide there, for a long note, and when the comment does not wait any more.
    """
    _check_waits(comment)
    if len(note) > MAX_NOTE or "\0" in note:
        raise Invalid("note", Message(N_("has more than %(limit)s characters; shorten it."), {"limit": MAX_NOTE}))
    if for_id not in {id for id, _ in colleagues(uow, comment.site_id)}:
        raise Invalid("for", Message(N_("choose a moderator of this site.")))
    claim = Claim(comment.id, comment.site_id, by, for_id, note, at)
    uow.claims.put(claim)
    uow.audit.append(comment.site_id, [AuditEvent(at, by.id, "comment.escalated", comment.id, {"to": for_id})])
    return claim


def take(uow: UnitOfWork, comment: Comment, by: DecidedBy, *, at: datetime) -> Claim:
    """Keep a comment for oneself, whoever was asked before. Raises Invalid when it does not wait any more."""
    _check_waits(comment)
    claim = Claim(comment.id, comment.site_id, by, by.id, "", at)
    uow.claims.put(claim)
    uow.audit.append(comment.site_id, [AuditEvent(at, by.id, "comment.claimed", comment.id)])
    return claim


def release(uow: UnitOfWork, comment: Comment, by: DecidedBy, *, at: datetime) -> None:
    """Give back a comment that one has taken or was asked about. Does nothing when it is somebody else's."""
    claim = uow.claims.of_comment(comment.id)
    if claim is not None and claim.for_id == by.id:
        uow.claims.remove(comment.id)
        uow.audit.append(comment.site_id, [AuditEvent(at, by.id, "comment.released", comment.id)])


def colleagues(uow: UnitOfWork, site_id: str) -> list[tuple[str, str]]:
    """The ids and names of those who decide about the site's comments."""
    return [
        (each.id, each.name)
        for each in uow.accounts.moderators()
        if each.disabled_at is None and site_id in each.roles and each.roles[site_id].scope.covers(Scope.MODERATE)
    ]


def _check_waits(comment: Comment) -> None:
    if comment.status is not Status.PENDING:
        raise Invalid(
            "for", Message(N_("this comment has been decided already; undo the decision first, or leave it."))
        )
