"""`rejoinder moderator`: the people who moderate, their roles and their sign-in links."""

from collections.abc import Container

import click

from moderation import account_admin, moderators, second_factors
from moderation.accounts import Moderator, Role
from moderation.errors import BadSetting
from moderation.mail.addresses import checked_email
from moderation.mail.notify import Notify
from moderation.sign_ins import LINK_LIFETIME, new_link
from service.auth.passwords import hash_password
from service.cli.installation import CONSOLE, Installation, open_installation
from service.cli.output import Result, prints_result, table

NO_MAIL = "No mail is sent: set REJOINDER_SMTP_URL and REJOINDER_MAIL_FROM first; see docs/mail.md."
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
@click.option("--email", "address", default="", help="Their address; the link goes there instead of the terminal.")
@prints_result
def add_moderator(name: str, role: str, site_ids: tuple[str, ...], ask_password: bool, address: str) -> Result:
    """Add a moderator and print a one-time sign-in link, or mail it to them."""
    email = checked_email(address) if address else None
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else ""
    hashed = hash_password(password, name) if password else ""
    with open_installation() as installation:
        if email:
            _check_mail(installation)
        invited = installation.store.write(
            lambda uow: moderators.invite(
                uow,
                name,
                Role(role),
                site_ids or tuple(each.id for each in uow.sites.all()),
                public_url=installation.settings.public_url,
                email=email,
                password_hash=hashed,
                by_id=CONSOLE,
                at=installation.at,
            )
        )
    value = {"id": invited.id, "name": name, "role": role, "link": invited.link or None}
    how = _link_text(invited.link) if invited.link else "A sign-in link is on its way to them by mail."
    return Result(value, f"Added {name} with the role {role}. {how}")


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
        url, at = installation.settings.public_url, installation.at
        link = installation.store.write(lambda uow: new_link(uow, name, url, forgets=forgets, by_id=CONSOLE, at=at))
    return Result({"name": name, "link": link}, _link_text(link))


@moderator.command("reset-second-factor")
@click.argument("name")
@prints_result
def reset_second_factor(name: str) -> Result:
    """Remove the second factor and the passkeys of a moderator who lost them, and sign them out."""
    with open_installation() as installation:
        installation.store.write(lambda uow: second_factors.reset(uow, name, by_id=CONSOLE, at=installation.at))
    value = {"name": name, "has_second_factor": False}
    return Result(value, f"{name} is signed out and signs in without a code now.")


@moderator.command("email")
@click.argument("name")
@click.argument("address", default="")
@click.option("--none", "removes", is_flag=True, help="Forget the address; they get no more mail.")
@prints_result
def change_email(name: str, address: str, removes: bool) -> Result:
    """Set the ADDRESS to which a moderator's mail goes, or forget it with --none."""
    if bool(address) == removes:
        raise click.UsageError("Give an address, or --none to forget it.")
    email = checked_email(address) if address else None
    with open_installation() as installation:
        if email:
            _check_mail(installation)
        installation.store.write(
            lambda uow: account_admin.set_email(uow, name, email, by_id=CONSOLE, at=installation.at)
        )
    text = f"Mail to {name} goes to that address." if email else f"{name} gets no more mail."
    return Result({"name": name, "has_email": email is not None}, text)


@moderator.command("notify")
@click.argument("name")
@click.option("--site", "site_id", required=True, metavar="SITE", help="The site that it applies to.")
@click.option(
    "--when",
    type=click.Choice([each.value for each in Notify]),
    required=True,
    help="When they are notified by mail.",
)
@prints_result
def choose_notify(name: str, site_id: str, when: str) -> Result:
    """Choose when a moderator is notified by mail of comments that wait: at once, in a digest, or never."""
    with open_installation() as installation:
        installation.store.write(
            lambda uow: account_admin.choose_notify(
                uow, name, site_id, Notify(when), by_id=CONSOLE, at=installation.at
            )
        )
    return Result({"name": name, "site": site_id, "when": when}, f"{name} is notified of {site_id}: {when}.")


@moderator.command("list")
@prints_result
def list_moderators() -> Result:
    """List all moderators and their roles."""
    with open_installation() as installation, installation.store.read() as uow:
        moderators, with_code = uow.accounts.moderators(), uow.second_factors.all_on()
    rows = [
        (each.name, " ".join(f"{site}:{role}" for site, role in each.roles.items()), _state(each, with_code))
        for each in moderators
    ]
    text = table(
        ("NAME", "ROLES", "STATE"),
        rows,
        empty="No moderators yet. Add one: rejoinder moderator add NAME",
    )
    return Result([{**_as_json(each), "has_second_factor": each.id in with_code} for each in moderators], text)


def _check_mail(installation: Installation) -> None:
    if installation.settings.smtp is None:
        raise BadSetting(NO_MAIL)


def _link_text(link: str) -> str:
    hours = LINK_LIFETIME.total_seconds() / 3600
    return f"This link signs them in once, within {hours:.0f} hours:\n\n{link}"


def _state(moderator: Moderator, with_code: Container[str]) -> str:
    if moderator.disabled_at:
        return "disabled"
    state = "has a password" if moderator.password_hash else "signs in by link"
    return f"{state}, second factor" if moderator.id in with_code else state


def _as_json(moderator: Moderator) -> dict[str, object]:
    return {
        "id": moderator.id,
        "name": moderator.name,
        "roles": {site: role.value for site, role in moderator.roles.items()},
        "has_password": bool(moderator.password_hash),
        "is_disabled": moderator.disabled_at is not None,
    }
