"""Puts mails into the outbox, in the transaction of what they tell. Call these only where mail is on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from moderation.account_admin import INSTALLATION
from moderation.audit import AuditEvent
from moderation.automation import Automation
from moderation.comment import Comment
from moderation.ids import new_id
from moderation.mail.letters import DIGEST, HELD, NEW_PASSWORD, PAUSED, SIGN_IN
from moderation.mail.notify import DueDigest, wants
from moderation.mail.request import payload_of
from moderation.outbox.channels import EMAIL
from moderation.outbox.delivery import NewDelivery
from moderation.store import UnitOfWork

LATE = timedelta(seconds=10)
"""A digest ends this long before it is made: a comment may be committed some time after it was received."""


def tell_of_held(uow: UnitOfWork, comments: Sequence[Comment], *, at: datetime) -> None:
    """Tell the moderators who want to know at once of these comments, which were just held. With their scores."""
    boxes = uow.mailboxes.telling_at_once(sorted({comment.site_id for comment in comments})) if comments else {}
    mails = [
        NewDelivery(
            EMAIL.name,
            comment.site_id,
            mailbox_id,
            new_id("evt", at=at),
            HELD,
            payload_of(HELD, comment=comment.id),
            comment.id,
        )
        for comment in comments
        for mailbox_id, notify in boxes[comment.site_id]
        if wants(notify, comment)
    ]
    uow.deliveries.add(mails, at=at)


def tell_digest(uow: UnitOfWork, digest: DueDigest, *, at: datetime) -> int:
    """Tell a moderator what came since the last digest; returns 1, or 0 when nothing waits or another was faster."""
    until = at - LATE
    if not uow.mailboxes.begin_digest(digest, until=until):
        return 0
    if not uow.news.counts(digest.site_id, since=digest.since, until=until).pending:
        return 0
    payload = payload_of(DIGEST, since=digest.since.isoformat(), until=until.isoformat())
    mail = NewDelivery(EMAIL.name, digest.site_id, digest.mailbox_id, new_id("evt", at=at), DIGEST, payload)
    uow.deliveries.add([mail], at=at)
    return 1


def tell_of_pause(uow: UnitOfWork, automation: Automation, *, at: datetime) -> None:
    """Tell the owners of a site, except those who want no mail, that everything was given back to people."""
    payload = payload_of(PAUSED, why=automation.paused.value if automation.paused else "")
    mails = [
        NewDelivery(EMAIL.name, automation.site_id, mailbox_id, new_id("evt", at=at), PAUSED, payload)
        for mailbox_id in uow.mailboxes.of_owners(automation.site_id)
    ]
    uow.deliveries.add(mails, at=at)


def ask_for_link(uow: UnitOfWork, moderator_id: str, *, at: datetime) -> None:
    """Mail a link to a moderator who asked for one, if they have an address; in the audit trail in any case.

    moderator_id: "" for a name that nobody has, which costs about the same.
    """
    uow.audit.append(INSTALLATION, [AuditEvent(at, "", "moderator.link_asked", moderator_id)])
    send_sign_in_link(uow, moderator_id, at=at)


def ask_for_new_password(uow: UnitOfWork, moderator_id: str, *, at: datetime) -> None:
    """The same for a link that sets a new password."""
    uow.audit.append(INSTALLATION, [AuditEvent(at, "", "moderator.new_password_asked", moderator_id)])
    _send(uow, moderator_id, NEW_PASSWORD, at=at)


def send_sign_in_link(uow: UnitOfWork, moderator_id: str, *, at: datetime) -> bool:
    """Mail a sign-in link to a moderator; false when they have no address or no site."""
    return _send(uow, moderator_id, SIGN_IN, at=at)


def _send(uow: UnitOfWork, moderator_id: str, kind: str, *, at: datetime) -> bool:
    found = uow.mailboxes.any_of(moderator_id)
    if found is None:
        return False
    site_id, mailbox_id = found
    mail = NewDelivery(EMAIL.name, site_id, mailbox_id, new_id("evt", at=at), kind, payload_of(kind))
    uow.deliveries.add([mail], at=at)
    return True
