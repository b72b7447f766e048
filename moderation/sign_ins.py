"""One-time sign-in links, and the audit of sign-ins: successes and failures, and by what.

Audit entries belong to no site, so they are in the installation's trail. That also makes a failure cost the same,
whether the name exists or not.
"""

from datetime import datetime, timedelta
from typing import Literal

from moderation import account_admin
from moderation.account_admin import INSTALLATION
from moderation.audit import AuditEvent
from moderation.store import UnitOfWork

LINK_LIFETIME = timedelta(hours=24)
NEW_PASSWORD_LIFETIME = timedelta(hours=1)

Way = Literal["password", "link", "code", "recovery code", "passkey"]


def sign_in_link(uow: UnitOfWork, moderator_id: str, public_url: str, *, at: datetime) -> str:
    """A new link for this moderator. It works once, within LINK_LIFETIME of `at`."""
    token = uow.accounts.issue_sign_in(moderator_id, kind="link", lifetime=LINK_LIFETIME, at=at)
    return f"{public_url}/dashboard/sign-in/{token}"


def new_password_link(uow: UnitOfWork, moderator_id: str, public_url: str, *, at: datetime) -> str:
    """A new link to set a password without the old one. It works once, within NEW_PASSWORD_LIFETIME of `at`."""
    token = uow.accounts.issue_sign_in(moderator_id, kind="new password", lifetime=NEW_PASSWORD_LIFETIME, at=at)
    return f"{public_url}/dashboard/new-password/{token}"


def new_link(uow: UnitOfWork, name: str, public_url: str, *, forgets: bool = False, by_id: str, at: datetime) -> str:
    """A new link for the moderator of this name, on record. forgets: whether their password is deleted with it.

    Raises NotFound, Invalid when they are disabled.
    """
    if forgets:
        account_admin.forget_password(uow, name, by_id=by_id, at=at)
    moderator = account_admin.note_link(uow, name, by_id=by_id, at=at)
    return sign_in_link(uow, moderator.id, public_url, at=at)


def note_sign_in(uow: UnitOfWork, moderator_id: str, *, way: Way, at: datetime) -> None:
    """Audit that a moderator signed in."""
    event = AuditEvent(at, moderator_id, "moderator.signed_in", moderator_id, {"way": way})
    uow.audit.append(INSTALLATION, [event])


def note_failed_sign_in(uow: UnitOfWork, moderator_id: str, *, way: Way, at: datetime) -> None:
    """Audit what did not let somebody in. moderator_id: "" for a name that nobody has, or a link.

    The name is not kept: it may be anything, a mistyped password among them.
    """
    uow.audit.append(INSTALLATION, [AuditEvent(at, "", "moderator.sign_in_failed", moderator_id, {"way": way})])
