"""`rejoinder site`: the sites whose comments this installation moderates."""

import click

from moderation import site_admin
from moderation.errors import NotFound
from moderation.site import Site, checked_name, checked_origin, checked_site_id
from moderation.store import UnitOfWork
from service.cli.installation import CONSOLE, Installation, open_installation
from service.cli.output import Result, prints_result, table


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
    text = f"Site {site.id}, origins: {', '.join(site.origins) or 'none yet'}."
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


def _add_or_extend(
    installation: Installation, uow: UnitOfWork, site_id: str, name: str, origins: tuple[str, ...]
) -> Site:
    try:
        existing = uow.sites.get(site_id)
    except NotFound:
        added = Site(site_id, name or site_id, origins)
        site_admin.add_site(uow, added, by_id=CONSOLE, at=installation.at)
        return added
    merged = tuple(dict.fromkeys((*existing.origins, *origins)))
    changed = Site(site_id, name or existing.name, merged, existing.policy)
    site_admin.change_site(uow, changed, by_id=CONSOLE, at=installation.at)
    return changed


def _owner_hint(site: Site, has_moderators: bool) -> str:
    command = "grant" if has_moderators else "add"
    return f"Nobody moderates it yet: rejoinder moderator {command} NAME --role owner --site {site.id}"


def _as_json(site: Site) -> dict[str, object]:
    return {"id": site.id, "name": site.name, "origins": list(site.origins)}
