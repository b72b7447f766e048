"""Administration of keys, moderators and their roles. Each function writes its own entry in the audit trail.

An entry about a moderator is in the trail of every site where they have a role, or else in the installation's.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from moderation.accounts import Moderator, Role, Scope
from moderation.audit import AuditEvent
from moderation.comment import Email
from moderation.errors import Invalid, NotFound
from moderation.mail.notify import Notify
from moderation.messages import N_, Message
from moderation.store import UnitOfWork

INSTALLATION = ""
"""The audit trail for what belongs to no site."""


def add_key(uow: UnitOfWork, site_id: str, name: str, scope: Scope, *, by_id: str, at: datetime) -> tuple[str, str]:
    """Create a key; returns its id and its secret, which cannot be read again. Raises Invalid, NotFound."""
    key_id, secret = uow.keys.add(site_id, name, scope, at=at)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "key.added", key_id, {"scope": scope.value})])
    return key_id, secret


def add_akismet_key(uow: UnitOfWork, site_id: str, name: str, *, by_id: str, at: datetime) -> tuple[str, str]:
    """Create a key for checks in the form that Akismet's clients take; returns its id and its secret.

    Raises Invalid, NotFound.
    """
    key_id, secret = uow.keys.add_akismet(site_id, name, at=at)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "key.added", key_id, {"scope": Scope.CHECK.value})])
    return key_id, secret


def add_signing_key(uow: UnitOfWork, site_id: str, name: str, secret: str, *, by_id: str, at: datetime) -> str:
    """Create a key for checks whose requests are signed with this secret; returns its id.

    Raises Invalid, NotFound.
    """
    key_id = uow.keys.add_signing(site_id, name, secret, at=at)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "key.added", key_id, {"scope": Scope.CHECK.value})])
    return key_id


def revoke_key(uow: UnitOfWork, key_id: str, *, of_site: str = "", by_id: str, at: datetime) -> None:
    """Revoke a key at once. of_site: the site whose key it must be, "" for any.

    Raises NotFound when there is no such valid key.
    """
    site_id = uow.keys.revoke(key_id, at=at)
    if of_site not in ("", site_id):
        raise NotFound("key", key_id)
    uow.audit.append(site_id, [AuditEvent(at, by_id, "key.revoked", key_id)])


def add_moderator(
    uow: UnitOfWork,
    name: str,
    role: Role,
    site_ids: Sequence[str],
    *,
    password_hash: str = "",
    by_id: str,
    at: datetime,
) -> str:
    """Create a moderator; returns their id. Raises Invalid when the name is empty or taken, NotFound for a site."""
    moderator_id = uow.accounts.add_moderator(name, role, site_ids, at=at)
    if password_hash:
        uow.accounts.set_password(moderator_id, password_hash)
    _note(uow, site_ids, AuditEvent(at, by_id, "moderator.added", moderator_id, {"role": role.value}))
    return moderator_id


def grant_role(uow: UnitOfWork, name: str, role: Role, site_id: str, *, by_id: str, at: datetime) -> None:
    """Give a moderator a role on a site, in place of any earlier one. Raises NotFound, Invalid."""
    found, site = enabled_moderator(uow, name), uow.sites.get(site_id)
    uow.accounts.grant(found.id, site.id, role)
    if not role.scope.covers(Scope.MODERATE):
        uow.bulk_runs.cancel_all_of(found.id, at=at)
    uow.mailboxes.open_missing(found.id, at=at)
    _note(uow, [site.id], AuditEvent(at, by_id, "moderator.granted", found.id, {"role": role.value}))


def withdraw_role(uow: UnitOfWork, name: str, site_id: str, *, by_id: str, at: datetime) -> None:
    """Take a moderator's role on a site away, and the mail about it. Raises NotFound when they have none there."""
    found = _moderator(uow, name)
    uow.accounts.withdraw(found.id, site_id)
    uow.bulk_runs.cancel_all_of(found.id, at=at)
    uow.mailboxes.close(found.id, site_id, at=at)
    _note(uow, [site_id], AuditEvent(at, by_id, "moderator.withdrawn", found.id))


def disable_moderator(uow: UnitOfWork, name: str, *, by_id: str, at: datetime) -> None:
    """Disable a moderator, stop their decisions about lists, and end their sessions and sign-in links.

    What they decided stands. Raises NotFound, Invalid when they are disabled already.
    """
    found = enabled_moderator(uow, name)
    uow.accounts.disable(found.id, at=at)
    uow.bulk_runs.cancel_all_of(found.id, at=at)
    _note(uow, found.roles, AuditEvent(at, by_id, "moderator.disabled", found.id))


def forget_password(uow: UnitOfWork, name: str, *, by_id: str, at: datetime) -> None:
    """Remove a moderator's password, so that they can set a new one, and end their sessions.

    Raises NotFound, Invalid when they are disabled.
    """
    found = enabled_moderator(uow, name)
    uow.accounts.set_password(found.id, "")
    uow.accounts.end_sessions(found.id)
    _note(uow, found.roles, AuditEvent(at, by_id, "moderator.password_forgotten", found.id))


def replace_password(uow: UnitOfWork, moderator_id: str, password_hash: str, *, at: datetime) -> None:
    """Set the password of somebody who forgot it and followed a link in a mail, and end their sessions."""
    uow.accounts.set_password(moderator_id, password_hash)
    uow.accounts.end_sessions(moderator_id)
    note_of_moderator(uow, moderator_id, "moderator.password_replaced", by_id=moderator_id, at=at)


def enable_moderator(uow: UnitOfWork, name: str, *, by_id: str, at: datetime) -> None:
    """Let a disabled moderator sign in again, with their earlier roles. Raises NotFound, Invalid."""
    found = _moderator(uow, name)
    if found.disabled_at is None:
        raise Invalid("name", "this moderator is not disabled.")
    uow.accounts.enable(found.id)
    _note(uow, found.roles, AuditEvent(at, by_id, "moderator.enabled", found.id))


def note_link(uow: UnitOfWork, name: str, *, by_id: str, at: datetime) -> Moderator:
    """Record that a sign-in link is made for a moderator; returns them. Raises NotFound, Invalid when disabled."""
    found = enabled_moderator(uow, name)
    _note(uow, found.roles, AuditEvent(at, by_id, "moderator.link_made", found.id))
    return found


def end_session(uow: UnitOfWork, moderator_id: str, session_id: str, *, by_id: str, at: datetime) -> None:
    """Sign a moderator out of one session. Raises NotFound."""
    uow.accounts.end_session_named(moderator_id, session_id)
    _note(uow, [], AuditEvent(at, by_id, "moderator.session_ended", moderator_id))


def set_email(uow: UnitOfWork, name: str, email: Email | None, *, by_id: str, at: datetime) -> None:
    """Set a moderator's address for mail, or forget it. The trail says so without it. Raises NotFound, Invalid."""
    found = enabled_moderator(uow, name)
    if email is None:
        uow.mailboxes.remove_email(found.id, at=at)
    else:
        uow.mailboxes.set_email(found.id, email, at=at)
    _note(uow, found.roles, AuditEvent(at, by_id, f"moderator.email_{'set' if email else 'removed'}", found.id))


def choose_notify(uow: UnitOfWork, name: str, site_id: str, notify: Notify, *, by_id: str, at: datetime) -> None:
    """Change when a moderator is notified of a site's comments by mail. Raises NotFound, Invalid."""
    found = enabled_moderator(uow, name)
    if site_id not in found.roles:
        raise NotFound("site", site_id)
    if site_id not in uow.mailboxes.choices(found.id):
        raise Invalid("name", Message(N_("this moderator has no e-mail address; set one first.")))
    uow.mailboxes.choose(found.id, site_id, notify, at=at)
    _note(uow, [site_id], AuditEvent(at, by_id, "moderator.notify", found.id, {"when": notify.value}))


def note_of_moderator(uow: UnitOfWork, moderator_id: str, action: str, *, by_id: str, at: datetime) -> None:
    """Record something about a moderator on every site where they have a role. Raises NotFound."""
    _note(uow, uow.accounts.moderator(moderator_id).roles, AuditEvent(at, by_id, action, moderator_id))


def enabled_moderator(uow: UnitOfWork, name: str) -> Moderator:
    """The enabled moderator of this name. Raises NotFound, Invalid when they are disabled."""
    found = _moderator(uow, name)
    if found.disabled_at is not None:
        raise Invalid("name", "this moderator is disabled; `rejoinder moderator enable` enables them.")
    return found


def _moderator(uow: UnitOfWork, name: str) -> Moderator:
    found = uow.accounts.moderator_named(name)
    if found is None:
        raise NotFound("moderator", name)
    return found


def _note(uow: UnitOfWork, site_ids: Iterable[str], fact: AuditEvent) -> None:
    for site_id in sorted(set(site_ids)) or [INSTALLATION]:  # in one order, so that two transactions cannot deadlock
        uow.audit.append(site_id, [fact])
