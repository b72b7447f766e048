"""`rejoinder demo`: invented comments, for trying the dashboard and for measuring it."""

import sys

import click

from moderation.decided_by import POLICY, DecidedBy
from moderation.demo.fill import Plan, fill
from moderation.store import UnitOfWork
from service.cli.installation import open_installation
from service.cli.output import Result, prints_result
from service.process.first_run import DEMO


@click.group()
def demo() -> None:
    """Invent comments for trying the dashboard."""


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


def _decider(uow: UnitOfWork, site_id: str) -> DecidedBy:
    """Somebody of the site, whose decisions the invented ones are; the policy where there is nobody."""
    people = (each for each in uow.accounts.moderators() if site_id in each.roles)
    return next((DecidedBy(each.id, each.name) for each in people), POLICY)


def _tell(done: int, count: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} of {count:,}", nl=done == count, err=True)
