"""`rejoinder backup`: writes the database to a file, while everything runs."""

import os
from pathlib import Path

import click

from moderation.config.backup import back_up
from moderation.config.settings import Settings
from service.cli.installation import check_database_exists
from service.cli.output import Result, prints_result


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@prints_result
def backup(file: Path) -> Result:
    """Write a backup of the database to FILE, and its secret to another file.

    The service may run meanwhile: the backup is the database at one moment. FILE must not exist yet; it appears only
    when it is complete. With PostgreSQL this needs pg_dump. The secret is written to FILE.secret, unless it is in
    REJOINDER_SECRET. Keep the two in different places: together they open every e-mail address.
    """
    settings = Settings.from_env(os.environ)
    check_database_exists(settings)
    written = back_up(settings, file.absolute())
    size = written.path.stat().st_size
    value = {"backup": str(written.path), "bytes": size, "secret": str(written.secret) if written.secret else None}
    place = f"in {written.secret}" if written.secret else "in REJOINDER_SECRET, and in no file"
    text = f"The backup is {written.path} ({size / 1e6:.1f} MB).\nIts secret is {place}. Keep the two apart."
    return Result(value, text)
