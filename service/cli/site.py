"""`rejoinder site`: the sites whose comments are moderated here."""

import click

from moderation.errors import NotFound
from moderation.site import Site, checked_origin, checked_site_id
from moderation.store import Rows
from service.cli.answers import Answer, answers, table
from service.cli.installation import Installation, installation


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
        kept = opened.store.write(lambda rows: _keep(opened, rows, checked_site_id(site_id), name, checked))
    return Answer(_shown(kept), f"Site {kept.id} may be used from: {', '.join(kept.origins) or 'no page yet'}.")


@site.command("list")
@answers
def list_sites() -> Answer:
    """List every site."""
    with installation() as opened, opened.store.read() as rows:
        sites = rows.sites.all()
    lines = [(each.id, each.name, " ".join(each.origins)) for each in sites]
    text = table(("SITE", "NAME", "ORIGINS"), lines, empty="No site yet: rejoinder site add SITE --origin URL")
    return Answer([_shown(each) for each in sites], text)


def _keep(opened: Installation, rows: Rows, site_id: str, name: str, origins: tuple[str, ...]) -> Site:
    try:
        found = rows.sites.get(site_id)
    except NotFound:
        made = Site(site_id, name or site_id, origins)
        rows.sites.add(made, at=opened.at)
        opened.note(rows, site_id, "site.added", site_id, origins=list(origins))
        return made
    merged = tuple(dict.fromkeys((*found.origins, *origins)))
    changed = Site(site_id, name or found.name, merged, found.policy)
    rows.sites.change(changed)
    opened.note(rows, site_id, "site.changed", site_id, origins=list(merged))
    return changed


def _shown(site: Site) -> dict[str, object]:
    return {"id": site.id, "name": site.name, "origins": list(site.origins)}
