"""`rejoinder export`: everything of a site to standard output."""

import sys

import click

from moderation.exports.formats import FORMATS
from moderation.exports.run import contents_of, record_export
from service.cli.installation import CONSOLE, open_installation


@click.command()
@click.option("--site", "site_id", metavar="SITE", required=True, help="The site to export.")
@click.option(
    "--format",
    "format",
    type=click.Choice(list(FORMATS)),
    default="jsonl",
    show_default=True,
    help="jsonl has everything; the others are for other systems.",
)
@click.option("--with-emails", is_flag=True, help="Include the authors' e-mail addresses. The audit trail says so.")
@click.option("--json", is_flag=True, expose_value=False, help="Print errors as JSON.")
def export(site_id: str, format: str, with_emails: bool) -> None:
    """Export a site to standard output.

    Writes its threads and comments with all statuses, scores and decisions, as they are at this moment; the service
    may run meanwhile. No secrets, keys, endpoints or moderators are in it.
    """
    with open_installation() as installation:
        record_export(
            installation.store,
            site_id,
            format=format,
            with_emails=with_emails,
            by_id=CONSOLE,
            at=installation.at,
        )
        with installation.store.read() as uow:
            contents = contents_of(uow, uow.sites.get(site_id), with_emails=with_emails, at=installation.at)
            for line in FORMATS[format](contents):
                sys.stdout.buffer.write(line.encode())
