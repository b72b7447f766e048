"""`rejoinder moderator`: the people who decide, and how they come in."""

import click

from moderation import account_admin
from moderation.accounts import Moderator, Role
from moderation.store import UnitOfWork
from service.auth.passwords import hash_password
from service.auth.sign_in_links import LINK_LIFETIME, sign_in_link
from service.cli.installation import BY, Installation, installation
from service.cli.output import Answer, answers, table


@click.group()
def moderator() -> None:
    """Add and list moderators, give them roles and sign-in links, shut them out."""


@moderator.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([each.value for each in Role]), default=Role.MODERATOR.value, show_default=True
)
@click.option("--site", "site_ids", multiple=True, help="A site that they moderate; every site unless given.")
@click.option("--ask-password", is_flag=True, help="Ask for a password, so that they can sign in without a link.")
@answers
def add_moderator(name: str, role: str, site_ids: tuple[str, ...], ask_password: bool) -> Answer:
    """Add a moderator and print their one-time sign-in link."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else ""
    hashed = hash_password(password) if password else ""
    with installation() as opened:
        moderator_id, link = opened.store.write(lambda uow: _add(opened, uow, name, Role(role), site_ids, hashed))
    value = {"id": moderator_id, "name": name, "role": role, "link": link}
    return Answer(value, f"{name} can sign in now, with the role {role}. {_about(link)}")


@moderator.command("grant")
@click.argument("name")
@click.option("--role", type=click.Choice([each.value for each in Role]), required=True)
@click.option("--site", "site_id", required=True, help="The site for which the role holds.")
@answers
def grant_role(name: str, role: str, site_id: str) -> Answer:
    """Give a moderator a role on a site, instead of the one they have there."""
    with installation() as opened:
        opened.store.write(
            lambda uow: account_admin.grant_role(uow, name, Role(role), site_id, by_id=BY, at=opened.at)
        )
    return Answer({"name": name, "site": site_id, "role": role}, f"{name} has the role {role} on {site_id} now.")


@moderator.command("disable")
@click.argument("name")
@answers
def disable_moderator(name: str) -> Answer:
    """Sign a moderator out everywhere and let them in no more. What they decided stands."""
    with installation() as opened:
        opened.store.write(lambda uow: account_admin.disable_moderator(uow, name, by_id=BY, at=opened.at))
    return Answer({"name": name, "is_disabled": True}, f"{name} is signed out everywhere and cannot sign in again.")


@moderator.command("enable")
@click.argument("name")
@answers
def enable_moderator(name: str) -> Answer:
    """Let a disabled moderator sign in again, with the roles they had."""
    with installation() as opened:
        opened.store.write(lambda uow: account_admin.enable_moderator(uow, name, by_id=BY, at=opened.at))
    return Answer({"name": name, "is_disabled": False}, f"{name} may sign in again.")


@moderator.command("link")
@click.argument("name")
@click.option("--forget-password", "forgets", is_flag=True, help="The old password ends; they may set a new one.")
@answers
def make_link(name: str, forgets: bool) -> Answer:
    """Print a new one-time sign-in link for a moderator."""
    with installation() as opened:
        link = opened.store.write(lambda uow: _link(opened, uow, name, forgets=forgets))
    return Answer({"name": name, "link": link}, _about(link))


@moderator.command("list")
@answers
def list_moderators() -> Answer:
    """List every moderator with their roles."""
    with installation() as opened, opened.store.read() as uow:
        found = uow.accounts.moderators()
    lines = [
        (each.name, " ".join(f"{site}:{role}" for site, role in each.roles.items()), _state(each)) for each in found
    ]
    text = table(("NAME", "ROLES", "STATE"), lines, empty="No moderator yet: rejoinder moderator add NAME")
    return Answer([_shown(each) for each in found], text)


def _add(
    opened: Installation, uow: UnitOfWork, name: str, role: Role, site_ids: tuple[str, ...], hashed: str
) -> tuple[str, str]:
    sites = site_ids or tuple(each.id for each in uow.sites.all())
    moderator_id = account_admin.add_moderator(uow, name, role, sites, password_hash=hashed, by_id=BY, at=opened.at)
    return moderator_id, sign_in_link(uow, moderator_id, opened.settings, at=opened.at)


def _link(opened: Installation, uow: UnitOfWork, name: str, *, forgets: bool) -> str:
    if forgets:
        account_admin.forget_password(uow, name, by_id=BY, at=opened.at)
    return sign_in_link(uow, account_admin.enabled_moderator(uow, name).id, opened.settings, at=opened.at)


def _about(link: str) -> str:
    hours = LINK_LIFETIME.total_seconds() / 3600
    return f"This link signs them in, once, within {hours:.0f} hours:\n\n{link}"


def _state(moderator: Moderator) -> str:
    if moderator.disabled_at:
        return "disabled"
    return "has a password" if moderator.password_hash else "comes by link"


def _shown(moderator: Moderator) -> dict[str, object]:
    roles = {site: role.value for site, role in moderator.roles.items()}
    is_disabled, has_password = moderator.disabled_at is not None, bool(moderator.password_hash)
    return {
        "id": moderator.id,
        "name": moderator.name,
        "roles": roles,
        "has_password": has_password,
        "is_disabled": is_disabled,
    }
