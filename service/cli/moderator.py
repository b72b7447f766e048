"""`rejoinder moderator`: the people who moderate, their roles and their sign-in links."""

import click

from moderation import account_admin
from moderation.accounts import Moderator, Role
from moderation.store import UnitOfWork
from service.auth.passwords import hash_password
from service.auth.sign_in_links import LINK_LIFETIME, sign_in_link
from service.cli.installation import CONSOLE, Installation, open_installation
from service.cli.output import Result, prints_result, table

ROLES = click.Choice([each.value for each in Role])


@click.group()
def moderator() -> None:
    """Manage moderators, their roles and sign-in links."""


@moderator.command("add")
@click.argument("name")
@click.option("--role", type=ROLES, default=Role.MODERATOR.value, show_default=True, help="The role on those sites.")
@click.option(
    "--site", "site_ids", multiple=True, metavar="SITE", help="A site to moderate; all by default. May be repeated."
)
@click.option("--ask-password", is_flag=True, help="Prompt for a password, so that no link is needed to sign in.")
@prints_result
def add_moderator(name: str, role: str, site_ids: tuple[str, ...], ask_password: bool) -> Result:
    """Add a moderator and print a one-time sign-in link."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else ""
    hashed = hash_password(password, name) if password else ""
    with open_installation() as installation:
        moderator_id, link = installation.store.write(
            lambda uow: _add(installation, uow, name, Role(role), site_ids, hashed)
        )
    value = {"id": moderator_id, "name": name, "role": role, "link": link}
    return Result(value, f"Added {name} with the role {role}. {_link_text(link)}")


@moderator.command("grant")
@click.argument("name")
@click.option("--role", type=ROLES, required=True, help="The new role.")
@click.option("--site", "site_id", required=True, metavar="SITE", help="The site on which the role applies.")
@prints_result
def grant_role(name: str, role: str, site_id: str) -> Result:
    """Give a moderator a role on a site; it replaces the one they have there."""
    with open_installation() as installation:
        installation.store.write(
            lambda uow: account_admin.grant_role(uow, name, Role(role), site_id, by_id=CONSOLE, at=installation.at)
        )
    return Result({"name": name, "site": site_id, "role": role}, f"{name} now has the role {role} on {site_id}.")


@moderator.command("disable")
@click.argument("name")
@prints_result
def disable_moderator(name: str) -> Result:
    """Sign a moderator out everywhere and refuse new sign-ins. Their decisions stay."""
    with open_installation() as installation:
        installation.store.write(
            lambda uow: account_admin.disable_moderator(uow, name, by_id=CONSOLE, at=installation.at)
        )
    return Result({"name": name, "is_disabled": True}, f"{name} is signed out everywhere and cannot sign in again.")


@moderator.command("enable")
@click.argument("name")
@prints_result
def enable_moderator(name: str) -> Result:
    """Let a disabled moderator sign in again, with the roles they had."""
    with open_installation() as installation:
        installation.store.write(
            lambda uow: account_admin.enable_moderator(uow, name, by_id=CONSOLE, at=installation.at)
        )
    return Result({"name": name, "is_disabled": False}, f"{name} can sign in again.")


@moderator.command("link")
@click.argument("name")
@click.option(
    "--forget-password", "forgets", is_flag=True, help="Delete the password, so that they can set a new one."
)
@prints_result
def make_link(name: str, forgets: bool) -> Result:
    """Print a new one-time sign-in link."""
    with open_installation() as installation:
        link = installation.store.write(lambda uow: _link(installation, uow, name, forgets=forgets))
    return Result({"name": name, "link": link}, _link_text(link))


@moderator.command("list")
@prints_result
def list_moderators() -> Result:
    """List all moderators and their roles."""
    with open_installation() as installation, installation.store.read() as uow:
        moderators = uow.accounts.moderators()
    rows = [
        (each.name, " ".join(f"{site}:{role}" for site, role in each.roles.items()), _state(each))
        for each in moderators
    ]
    text = table(
        ("NAME", "ROLES", "STATE"),
        rows,
        empty="No moderators yet. Add one: rejoinder moderator add NAME",
    )
    return Result([_as_json(each) for each in moderators], text)


def _add(
    installation: Installation, uow: UnitOfWork, name: str, role: Role, site_ids: tuple[str, ...], hashed: str
) -> tuple[str, str]:
    sites = site_ids or tuple(each.id for each in uow.sites.all())
    moderator_id = account_admin.add_moderator(
        uow, name, role, sites, password_hash=hashed, by_id=CONSOLE, at=installation.at
    )
    return moderator_id, sign_in_link(uow, moderator_id, installation.settings, at=installation.at)


def _link(installation: Installation, uow: UnitOfWork, name: str, *, forgets: bool) -> str:
    if forgets:
        account_admin.forget_password(uow, name, by_id=CONSOLE, at=installation.at)
    moderator = account_admin.enabled_moderator(uow, name)
    return sign_in_link(uow, moderator.id, installation.settings, at=installation.at)


def _link_text(link: str) -> str:
    hours = LINK_LIFETIME.total_seconds() / 3600
    return f"This link signs them in once, within {hours:.0f} hours:\n\n{link}"


def _state(moderator: Moderator) -> str:
    if moderator.disabled_at:
        return "disabled"
    return "has a password" if moderator.password_hash else "signs in by link"


def _as_json(moderator: Moderator) -> dict[str, object]:
    return {
        "id": moderator.id,
        "name": moderator.name,
        "roles": {site: role.value for site, role in moderator.roles.items()},
        "has_password": bool(moderator.password_hash),
        "is_disabled": moderator.disabled_at is not None,
    }
