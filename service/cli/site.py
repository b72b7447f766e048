"""`rejoinder site`: the sites whose comments are moderated here."""

import click

from moderation import site_admin
from moderation.errors import NotFound
from moderation.site import Site, checked_origin, checked_site_id
from moderation.store import UnitOfWork
from service.cli.installation import BY, Installation, installation
from service.cli.output import Answer, answers, table


@click.group()
def site() -> None:
    """Add and list sites."""


@site.command("add")
@click.argument("site_id", metavar="SITE")
@click.option("--name", default="", help="What people call it; the id unless given.")
@click.option("--origin", "origins", multiple=True, help="An origin of its pages, like https://blog.example.")
@answers
def add_site(site_id: str, name: str, origins: tuple[str, ...]) -> Answer:
    """Add a site, or more origins to one that exists."""
    checked = tuple(dict.fromkeys(checked_origin(each) for each in origins))
    with installation() as opened:
        kept = opened.store.write(lambda uow: _keep(opened, uow, checked_site_id(site_id), name, checked))
        with opened.store.read() as uow:
            moderators = uow.accounts.moderators()
    is_moderated = any(kept.id in each.roles for each in moderators)
    told = f"Site {kept.id} may be used from: {', '.join(kept.origins) or 'no page yet'}."
    return Answer(_shown(kept), told if is_moderated else f"{told}\n{_call_for_owner(kept, bool(moderators))}")


@site.command("list")
@answers
def list_sites() -> Answer:
    """List every site."""
    with installation() as opened, opened.store.read() as uow:
        sites = uow.sites.all()
    lines = [(each.id, each.name, " ".join(each.origins)) for each in sites]
    text = table(("SITE", "NAME", "ORIGINS"), lines, empty="No site yet: rejoinder site add SITE --origin URL")
    return Answer([_shown(each) for each in sites], text)


def _keep(opened: Installation, uow: UnitOfWork, site_id: str, name: str, origins: tuple[str, ...]) -> Site:
    try:
        found = uow.sites.get(site_id)
    except NotFound:
        made = Site(site_id, name or site_id, origins)
        site_admin.add_site(uow, made, by_id=BY, at=opened.at)
        return made
    merged = tuple(dict.fromkeys((*found.origins, *origins)))
    changed = Site(site_id, name or found.name, merged, found.policy)
    site_admin.change_site(uow, changed, by_id=BY, at=opened.at)
    return changed


def _call_for_owner(site: Site, is_anybody_there: bool) -> str:
    act = "grant" if is_anybody_there else "add"
    return f"Nobody moderates it yet: rejoinder moderator {act} NAME --role owner --site {site.id}"


def _shown(site: Site) -> dict[str, object]:
    return {"id": site.id, "name": site.name, "origins": list(site.origins)}
