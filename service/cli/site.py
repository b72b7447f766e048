"""`rejoinder site`: the sites whose comments this installation moderates."""

from dataclasses import asdict, replace
from pathlib import Path

import click

from moderation import site_admin
from moderation.erasing.remove_site import remove_site as remove_all
from moderation.errors import NotFound
from moderation.site import Site, checked_check_days, checked_name, checked_origin, checked_site_id
from moderation.store import UnitOfWork
from service.cli.installation import CONSOLE, Installation, open_installation, remember_erasures
from service.cli.output import Result, counted, prints_result, table
from service.cli.private_file import new_private_file


@click.group()
def site() -> None:
    """Manage sites and their origins."""


@site.command("add")
@click.argument("site_id", metavar="SITE")
@click.option("--name", default="", help="The name that people see; by default the id.")
@click.option(
    "--origin", "origins", multiple=True, help="An origin of its pages, like https://blog.example. May be repeated."
)
@prints_result
def add_site(site_id: str, name: str, origins: tuple[str, ...]) -> Result:
    """Add a site, or add origins to an existing one."""
    name = checked_name(name) if name else ""
    checked = tuple(dict.fromkeys(checked_origin(each) for each in origins))
    with open_installation() as installation:
        site = installation.store.write(
            lambda uow: _add_or_extend(installation, uow, checked_site_id(site_id), name, checked)
        )
        with installation.store.read() as uow:
            moderators = uow.accounts.moderators()
    is_moderated = any(site.id in each.roles for each in moderators)
    text = _origins_text(site)
    return Result(_as_json(site), text if is_moderated else f"{text}\n{_owner_hint(site, bool(moderators))}")


@site.command("list")
@prints_result
def list_sites() -> Result:
    """List all sites."""
    with open_installation() as installation, installation.store.read() as uow:
        sites = uow.sites.all()
    rows = [(each.id, each.name, " ".join(each.origins)) for each in sites]
    text = table(
        ("SITE", "NAME", "ORIGINS"), rows, empty="No sites yet. Add one: rejoinder site add SITE --origin URL"
    )
    return Result([_as_json(each) for each in sites], text)


@site.command("remove")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--export",
    "path",
    type=click.Path(path_type=Path),
    help="The file for the site's comments; by default SITE-DATE-TIME.jsonl in the current folder.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@prints_result
def remove_site(site_id: str, path: Path | None, yes: bool) -> Result:
    """Export a site's comments to a new file, then delete the site for good.

    This deletes its comments, decisions, threads, keys, endpoints and roles. Its audit trail stays. The export holds
    e-mail addresses, so only its owner can read the file. If this is broken off, call it again with a new file: the
    first one has what was deleted by then.
    """
    with open_installation() as installation:
        with installation.store.read() as uow:
            site = uow.sites.get(site_id)
            count = uow.statistics.comments_of(site.id)
        path = (path or Path(f"{site.id}-{installation.at:%Y%m%d-%H%M%S}.jsonl")).absolute()
        if not yes:
            question = f"Export the {count} comments of {site.id} to {path}, then delete the site for good?"
            click.confirm(question, abort=True, err=True)
        with new_private_file(path, option="export") as file:
            exported = remove_all(installation.store, site.id, file, by_id=CONSOLE, at=installation.at)
        remember_erasures(installation)
    text = f"Removed the site {site.id}. Comments exported to {path}: {exported}."
    return Result({"id": site.id, "removed": True, "exported": exported, "export": str(path)}, text)


@site.command("keep-checks")
@click.argument("site_id", metavar="SITE")
@click.argument("days", metavar="DAYS", type=int)
@prints_result
def keep_checks(site_id: str, days: int) -> Result:
    """Keep the texts of a site's checks for DAYS days, 15 unless changed; an hour after that they are deleted."""
    checked = checked_check_days(days)
    with open_installation() as installation:
        changed = installation.store.write(
            lambda uow: site_admin.keep_checks(uow, site_id, checked, by_id=CONSOLE, at=installation.at)
        )
    return Result(_as_json(changed), f"The texts of checks of {changed.id} are kept for {checked} days.")


@site.command("close-after")
@click.argument("site_id", metavar="SITE")
@click.argument("days", metavar="DAYS")
@prints_result
def close_after(site_id: str, days: str) -> Result:
    """Close the pages of a site DAYS days after their first comment; "never" for no such limit.

    A page that a moderator opens again stays open.
    """
    asked = None if days == "never" else int(days) if days.isascii() and days.isdigit() else 0
    with open_installation() as installation:
        installation.store.write(
            lambda uow: site_admin.close_by_age(uow, site_id, asked, by_id=CONSOLE, at=installation.at)
        )
    text = f"{counted(asked, 'day')} after their first comment" if asked else "only by hand"
    return Result({"id": site_id, "close_days": asked}, f"Pages of {site_id} close {text}.")


@site.command("mail-links")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--without-sign-in/--with-sign-in",
    "is_open",
    required=True,
    help="Whether a link in a mail decides for whoever has the mail, or asks to sign in first.",
)
@prints_result
def mail_links(site_id: str, is_open: bool) -> Result:
    """Choose whether moderators must sign in to approve or reject by a link in a mail."""
    with open_installation() as installation:
        installation.store.write(
            lambda uow: site_admin.open_mail_links(uow, site_id, is_open=is_open, by_id=CONSOLE, at=installation.at)
        )
    text = "work without signing in" if is_open else "ask to sign in first"
    return Result({"id": site_id, "without_sign_in": is_open}, f"Links in mails about {site_id} {text}.")


@site.command("figures")
@click.argument("site_id", metavar="SITE")
@click.option("--public/--hidden", "is_shown", required=True, help="Whether everybody may read them.")
@prints_result
def show_figures(site_id: str, is_shown: bool) -> Result:
    """Choose whether a site shows how it is moderated, month by month."""
    with open_installation() as installation:
        installation.store.write(
            lambda uow: site_admin.show_figures(uow, site_id, is_shown=is_shown, by_id=CONSOLE, at=installation.at)
        )
    text = f"Everybody may read the figures of {site_id}." if is_shown else f"Nobody sees the figures of {site_id}."
    return Result({"id": site_id, "shows_figures": is_shown}, text)


@site.command("form")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--markdown/--no-markdown", default=None, help="Emphasis, code, quotes and lists in comments; a preview."
)
@click.option("--kinder/--no-kinder", default=None, help="Ask once before a text is posted that scores as abusive.")
@click.option("--proof/--no-proof", default=None, help="In a flood, hold comments without a proof of work.")
@prints_result
def switch_form(site_id: str, **asked: bool | None) -> Result:
    """Choose what a site's form does beyond the usual; without options only say it."""
    changes = {name: value for name, value in asked.items() if value is not None}
    with open_installation() as installation:
        with installation.store.read() as uow:
            switches = uow.sites.get(site_id).form
        if changes:
            switches = replace(switches, **changes)
            installation.store.write(
                lambda uow: site_admin.switch_form(uow, site_id, switches, by_id=CONSOLE, at=installation.at)
            )
    states = asdict(switches)
    text = ", ".join(f"{name} {'on' if is_on else 'off'}" for name, is_on in states.items())
    return Result({"id": site_id, **states}, f"The form of {site_id}: {text}.")


@site.group("origin")
def origin() -> None:
    """Manage the origins whose pages may show a site's form."""


@origin.command("add")
@click.argument("site_id", metavar="SITE")
@click.argument("origin", metavar="ORIGIN")
@prints_result
def add_origin(site_id: str, origin: str) -> Result:
    """Let the pages of an origin, like https://blog.example, show the site's form."""
    with open_installation() as installation:
        site = installation.store.write(
            lambda uow: site_admin.add_origins(uow, site_id, (origin,), by_id=CONSOLE, at=installation.at)
        )
    return Result(_as_json(site), _origins_text(site))


@origin.command("remove")
@click.argument("site_id", metavar="SITE")
@click.argument("origin", metavar="ORIGIN")
@prints_result
def remove_origin(site_id: str, origin: str) -> Result:
    """Refuse comments from the pages of an origin. Its comments stay."""
    checked = checked_origin(origin)
    with open_installation() as installation:
        site = installation.store.write(
            lambda uow: site_admin.remove_origin(uow, site_id, checked, by_id=CONSOLE, at=installation.at)
        )
    return Result(_as_json(site), _origins_text(site))


def _add_or_extend(
    installation: Installation, uow: UnitOfWork, site_id: str, name: str, origins: tuple[str, ...]
) -> Site:
    try:
        existing = uow.sites.get(site_id)
    except NotFound:
        added = Site(site_id, name or site_id, origins)
        site_admin.add_site(uow, added, by_id=CONSOLE, at=installation.at)
        return added
    if name:
        site_admin.rename_site(uow, site_id, name, by_id=CONSOLE, at=installation.at)
    if origins or not name:
        return site_admin.add_origins(uow, site_id, origins, by_id=CONSOLE, at=installation.at)
    return uow.sites.get(existing.id)


def _origins_text(site: Site) -> str:
    return f"Site {site.id}, origins: {', '.join(site.origins) or 'none yet'}."


def _owner_hint(site: Site, has_moderators: bool) -> str:
    command = "grant" if has_moderators else "add"
    return f"Nobody moderates it yet: rejoinder moderator {command} NAME --role owner --site {site.id}"


def _as_json(site: Site) -> dict[str, object]:
    return {"id": site.id, "name": site.name, "origins": list(site.origins), "check_days": site.check_days}
