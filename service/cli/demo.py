"""`rejoinder demo`: invented comments, for trying the dashboard and the form and for measuring them."""

import sys
from datetime import datetime

import click

from moderation import site_admin
from moderation.decided_by import POLICY, DecidedBy
from moderation.demo.fill import Plan, fill
from moderation.errors import Invalid
from moderation.form_switches import FormSwitches
from moderation.site import Site
from moderation.store import UnitOfWork
from service.cli import demo_thread
from service.cli.installation import CONSOLE, open_installation
from service.cli.output import Result, prints_result
from service.process.first_run import DEMO


@click.group()
def demo() -> None:
    """Invent comments for trying the dashboard and the form."""


@demo.command("fill")
@click.argument("n", metavar="N", type=int)
@click.option("--site", "site_id", metavar="SITE", default=DEMO, show_default=True, help="A site without comments.")
@click.option("--waiting", metavar="COUNT", type=int, help="How many of them wait; 1 in 20 unless given.")
@prints_result
def fill_site(n: int, site_id: str, waiting: int | None) -> Result:
    """Fill a site that has no comments with N invented ones, in fourteen languages and from the last 12 months."""
    with open_installation() as installation:
        with installation.store.read() as uow:
            by = _decider(uow, site_id)
        plan = Plan(site_id, n, -(-n // 20) if waiting is None else waiting, by, installation.at)
        fill(installation.store, plan, progress=lambda done: _tell(done, n))
    return Result(
        {"site": site_id, "comments": n, "waiting": plan.waiting},
        f"The site {site_id} has {n:,} invented comments, of which {plan.waiting:,} wait.",
    )


@demo.command("page")
@prints_result
def fill_page() -> Result:
    """Give the page /demo of this Rejoinder a long thread, to see what comments can have.

    The site `demo` is added if it is not there.
    """
    with open_installation() as installation:
        origin, at = installation.settings.public_origin, installation.at
        site = Site(demo_thread.SITE, "The Margin", (origin,), form=FormSwitches(markdown=True))
        installation.store.write(lambda uow: _require_demo(uow, site, at=at))
        count = demo_thread.fill(installation.store, site, by=DecidedBy(CONSOLE, CONSOLE), at=at)
    address = f"{origin}{demo_thread.KEY}"
    text = f"The site {site.id} has {count} published comments. Look at {address}"
    return Result({"id": site.id, "comments": count, "url": address}, text)


def _decider(uow: UnitOfWork, site_id: str) -> DecidedBy:
    """Somebody of the site, whose decisions the invented ones are; the policy where there is nobody."""
    people = (each for each in uow.accounts.moderators() if site_id in each.roles)
    return next((DecidedBy(each.id, each.name) for each in people), POLICY)


def _tell(done: int, count: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} of {count:,}", nl=done == count, err=True)


def _require_demo(uow: UnitOfWork, site: Site, *, at: datetime) -> None:
    """Add the site unless it is there. Raises Invalid when its page has a thread."""
    if not uow.sites.all([site.id]):
        site_admin.add_site(uow, site, by_id=CONSOLE, at=at)
    if uow.threads.find(site.id, demo_thread.KEY):
        raise Invalid("site", f"the page {demo_thread.KEY} of the site {site.id} has comments already.")
