"""What an owner may do about the moderators of a site: invite them, change their roles, sign them in, out or off.

A moderator may have roles on sites of other owners. An owner decides about the role on their own site. What reaches
further, such as a sign-in link or closing the account, takes somebody who owns every site of that moderator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation import account_admin, second_factors, sign_ins
from moderation.accounts import Actor, Moderator, Role
from moderation.comment import Email
from moderation.errors import Invalid, NotFound
from moderation.mail.announce import send_sign_in_link
from moderation.messages import N_, Message
from moderation.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class Invited:
    """A new moderator. link: how they sign in the first time; "" when it is on its way to them by mail."""

    id: str
    link: str


def invite(
    uow: UnitOfWork,
    name: str,
    role: Role,
    site_ids: Sequence[str],
    *,
    public_url: str,
    email: Email | None = None,
    password_hash: str = "",
    by_id: str,
    at: datetime,
) -> Invited:
    """Add a moderator with a one-time link, which is mailed to their address if one is given.

    Raises Invalid for the name, or when there is no site whose mail could be theirs; NotFound for a site.
    """
    moderator_id = account_admin.add_moderator(
        uow, name, role, site_ids, password_hash=password_hash, by_id=by_id, at=at
    )
    if email is None:
        return Invited(moderator_id, sign_ins.sign_in_link(uow, moderator_id, public_url, at=at))
    account_admin.set_email(uow, name, email, by_id=by_id, at=at)
    if not send_sign_in_link(uow, moderator_id, at=at):
        raise Invalid("site", "there is none yet, and mail goes to the moderators of a site; add one first.")
    return Invited(moderator_id, "")


def admit(uow: UnitOfWork, owner: Actor, site_id: str, name: str, role: Role, *, at: datetime) -> Moderator:
    """Give somebody who moderates other sites already a role on this one. Raises Invalid for the name."""
    found = uow.accounts.moderator_named(name)
    if found is None:
        raise Invalid("name", Message(N_("nobody has this name; invite them as a new moderator.")))
    if site_id in found.roles:
        return change_role(uow, owner, site_id, found.id, role, at=at)
    account_admin.grant_role(uow, name, role, site_id, by_id=owner.id, at=at)
    return found


def change_role(
    uow: UnitOfWork, owner: Actor, site_id: str, moderator_id: str, role: Role, *, at: datetime
) -> Moderator:
    """Give a moderator of the site another role there. Raises NotFound, Invalid for the last owner."""
    found = moderator_of(uow, site_id, moderator_id)
    if role is not Role.OWNER:
        _check_other_owner(uow, site_id, found)
    account_admin.grant_role(uow, found.name, role, site_id, by_id=owner.id, at=at)
    return found


def remove(uow: UnitOfWork, owner: Actor, site_id: str, moderator_id: str, *, at: datetime) -> Moderator:
    """Take the role on the site away; other roles stay. Raises NotFound, Invalid for the last owner."""
    found = moderator_of(uow, site_id, moderator_id)
    _check_other_owner(uow, site_id, found)
    account_admin.withdraw_role(uow, found.name, site_id, by_id=owner.id, at=at)
    return found


def disable(uow: UnitOfWork, owner: Actor, site_id: str, moderator_id: str, *, at: datetime) -> Moderator:
    """Disable the account, everywhere and at once. Raises NotFound, Invalid."""
    found = _governed(uow, owner, site_id, moderator_id)
    if found.id == owner.id:
        raise Invalid("name", Message(N_("you cannot disable your own account; ask another owner.")))
    for each in found.roles:
        _check_other_owner(uow, each, found)
    account_admin.disable_moderator(uow, found.name, by_id=owner.id, at=at)
    return found


def enable(uow: UnitOfWork, owner: Actor, site_id: str, moderator_id: str, *, at: datetime) -> Moderator:
    """Enable an account that was disabled. Raises NotFound, Invalid."""
    found = _governed(uow, owner, site_id, moderator_id)
    account_admin.enable_moderator(uow, found.name, by_id=owner.id, at=at)
    return found


def reset_second_factor(uow: UnitOfWork, owner: Actor, site_id: str, moderator_id: str, *, at: datetime) -> Moderator:
    """Remove what somebody lost, second factor and passkeys, and sign them out. Raises NotFound, Invalid."""
    found = _governed(uow, owner, site_id, moderator_id)
    if found.id == owner.id:
        raise Invalid(
            "name", Message(N_("turn your own second factor off with a code; the menu behind your name leads there."))
        )
    second_factors.reset(uow, found.name, by_id=owner.id, at=at)
    return found


def link_for(
    uow: UnitOfWork, owner: Actor, site_id: str, moderator_id: str, public_url: str, *, at: datetime
) -> tuple[Moderator, str]:
    """A new one-time link for somebody who cannot sign in. Raises NotFound, Invalid."""
    found = _governed(uow, owner, site_id, moderator_id)
    return found, sign_ins.new_link(uow, found.name, public_url, by_id=owner.id, at=at)


def moderator_of(uow: UnitOfWork, site_id: str, moderator_id: str) -> Moderator:
    """A moderator with a role on the site. Raises NotFound."""
    found = uow.accounts.moderator(moderator_id)
    if site_id not in found.roles:
        raise NotFound("moderator", moderator_id)
    return found


def _governed(uow: UnitOfWork, owner: Actor, site_id: str, moderator_id: str) -> Moderator:
    found = moderator_of(uow, site_id, moderator_id)
    if not owner.governs(found):
        text = N_("this person moderates sites of other owners too; the server's administrator can do this.")
        raise Invalid("name", Message(text))
    return found


def _check_other_owner(uow: UnitOfWork, site_id: str, moderator: Moderator) -> None:
    """Refuse to leave a site without an owner who can sign in."""
    if moderator.disabled_at is not None or moderator.roles.get(site_id) is not Role.OWNER:
        return
    owners = [each for each in uow.accounts.moderators() if each.roles.get(site_id) is Role.OWNER]
    if not any(each.id != moderator.id and each.disabled_at is None for each in owners):
        text = N_("%(name)s is the only owner of %(site)s; make somebody else an owner first.")
        raise Invalid("role", Message(text, {"name": moderator.name, "site": site_id}))
