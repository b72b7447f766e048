"""`rejoinder person`: exports and erases all that somebody wrote, by their e-mail address.

The address may be asked for or read from standard input, so that it is in no history and no list of processes.
"""

import json
import sys

import click

from moderation.comment import Email
from moderation.erasing.erase import erase_author
from moderation.erasing.person import as_json, read_person, record_person_export
from moderation.errors import Invalid
from moderation.mail.addresses import MAX_LENGTH
from service.cli.installation import CONSOLE, Installation, open_installation, remember_erasures
from service.cli.output import Result, counted, prints_result
from service.passages import passages_of

_EMAIL = click.argument("address", metavar="[EMAIL]", default="")
_SITES = click.option("--site", "site_ids", multiple=True, metavar="SITE", help="Only on this site. May be repeated.")


@click.group()
def person() -> None:
    """Export or erase all that somebody wrote."""


@person.command("export")
@_EMAIL
@_SITES
@prints_result
def export_person(address: str, site_ids: tuple[str, ...]) -> Result:
    """Print all comments by the author with this e-mail address, as JSON.

    Without EMAIL the address is asked for; - reads it from standard input.
    """
    email = _asked(address)
    with open_installation() as installation:
        sites = _checked(installation, site_ids)
        installation.store.write(
            lambda uow: record_person_export(uow, sites=sites, by_id=CONSOLE, at=installation.at)
        )
        found = read_person(installation.store, installation.store.sealer.email_key(email), sites=sites)
    value = as_json(found, email, at=installation.at)
    note = "" if found.comments or found.checks else "Nothing was found that was written with this e-mail address."
    return Result(value, json.dumps(value, ensure_ascii=False, indent=2), note=note)


@person.command("erase")
@_EMAIL
@_SITES
@click.option("--with-rules", is_flag=True, help="End the rules about this author too, such as a block.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@prints_result
def erase(address: str, site_ids: tuple[str, ...], with_rules: bool, yes: bool) -> Result:
    """Erase all that was written with this e-mail address, for good.

    Without EMAIL the address is asked for; - reads it from standard input.
    """
    email = _asked(address)
    with open_installation() as installation:
        sites = _checked(installation, site_ids)
        key = installation.store.sealer.email_key(email)
        found = read_person(installation.store, key, sites=sites)
        if not yes:
            what = f"{counted(len(found.comments), 'comment')} and {counted(found.checks, 'checked text')}"
            question = f"Erase {what} for good?"
            click.confirm(question, abort=True, err=True)
        at = installation.at
        erased = erase_author(
            installation.store, key, passages_of, sites=sites, with_rules=with_rules, by_id=CONSOLE, at=at
        )
        remember_erasures(installation)
    value = {"comments": erased.comments, "checks": erased.checks}
    return Result(value, f"Erased: comments {erased.comments}, checked texts {erased.checks}.")


def _asked(address: str) -> Email:
    """The address, wherever it comes from. Raises Invalid."""
    if address == "-":
        address = sys.stdin.readline()
    elif not address:
        address = click.prompt("E-mail address", err=True)
    address = address.strip()
    if "@" not in address or len(address) > MAX_LENGTH:
        raise Invalid("email", "this is not an e-mail address.")
    return Email(address)


def _checked(installation: Installation, site_ids: tuple[str, ...]) -> tuple[str, ...] | None:
    """The named sites, or None for all. Raises NotFound."""
    with installation.store.read() as uow:
        return tuple(uow.sites.get(site_id).id for site_id in site_ids) or None
