"""`rejoinder retention`: for how long sites keep things, and the run that destroys the rest."""

from dataclasses import asdict, replace
from datetime import timedelta

import click

from moderation import site_admin
from moderation.erasing.destroy import destroy_all
from moderation.erasing.retention import NAMES, Retention, checked_days
from moderation.errors import Invalid
from service.cli.installation import CONSOLE, open_installation
from service.cli.output import Result, prints_result, table

EVER = "ever"


@click.group()
def retention() -> None:
    """Manage for how long sites keep things."""


@retention.command("show")
@click.argument("site_id", metavar="SITE")
@prints_result
def show_retention(site_id: str) -> Result:
    """Show for how long a site keeps things."""
    with open_installation() as installation, installation.store.read() as uow:
        found = uow.retention.get(uow.sites.get(site_id).id)
    return _result(site_id, found)


@retention.command("set")
@click.argument("site_id", metavar="SITE")
@click.option("--spam-days", metavar="DAYS", help="Comments that were rejected as spam.")
@click.option("--rejected-days", metavar="DAYS", help="Comments that were rejected for another reason.")
@click.option("--email-days", metavar="DAYS", help="The e-mail addresses of published comments.")
@click.option("--network-days", metavar="DAYS", help="The masked networks of all comments.")
@click.option("--delivery-days", metavar="DAYS", help="Webhooks and mails with their attempts.")
@prints_result
def set_retention(site_id: str, **wanted: str | None) -> Result:
    """Change for how many DAYS a site keeps things, 1 to 3650, or ever. What is left out stays."""
    days = {name: _days(name, text) for name, text in wanted.items() if text is not None}
    with open_installation() as installation:
        with installation.store.read() as uow:
            changed = replace(uow.retention.get(uow.sites.get(site_id).id), **days)
        installation.store.write(
            lambda uow: site_admin.change_retention(uow, site_id, changed, by_id=CONSOLE, at=installation.at)
        )
    return _result(site_id, changed)


@retention.command("run")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Only count what would be destroyed.")
@prints_result
def run(is_dry_run: bool) -> Result:
    """Destroy now what sites keep no longer. The workers do the same once a day."""
    with open_installation() as installation:
        counts = destroy_all(installation.store, at=installation.at, is_dry_run=is_dry_run)
    rows = [(site_id, what.value, str(count)) for (site_id, what), count in sorted(counts.items())]
    value = [{"site": site_id, "what": what, "count": int(count)} for site_id, what, count in rows]
    text = table(("SITE", "WHAT", "COUNT"), rows, empty="Nothing is due to be destroyed.")
    return Result({"dry_run": is_dry_run, "destroyed": value}, text)


@retention.command("report")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far to look back.")
@prints_result
def report(days: int) -> Result:
    """Show what was destroyed on each day."""
    with open_installation() as installation, installation.store.read() as uow:
        since = (installation.at - timedelta(days=days)).date()
        found = uow.retention.report([each.id for each in uow.sites.all()], since=since)
    rows = [(each.day.isoformat(), each.site_id, each.what.value, str(each.count)) for each in found]
    value = [{"day": day, "site": site_id, "what": what, "count": int(count)} for day, site_id, what, count in rows]
    return Result(value, table(("DAY", "SITE", "WHAT", "COUNT"), rows, empty="Nothing was destroyed."))


def _days(name: str, text: str) -> int | None:
    if text == EVER:
        return None
    if not text.isascii() or not text.isdigit():
        raise Invalid(name, f"{text!r} is no number of days; give one from 1 to 3650, or {EVER}.")
    return checked_days(name, int(text[:9]))


def _result(site_id: str, found: Retention) -> Result:
    rows = [(name, EVER if (days := getattr(found, name)) is None else str(days)) for name in NAMES]
    return Result({"site": site_id, **asdict(found)}, table(("WHAT", "DAYS"), rows, empty=""))
