"""`rejoinder restore`: puts a backup back."""

import os
from pathlib import Path

import click

from moderation.config.backup import is_current
from moderation.config.backup import restore as restore_installation
from moderation.config.settings import Settings
from service.cli.output import Result, prints_result
from service.cli.up import lock_home


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--secret",
    type=click.Path(path_type=Path),
    help="The file with the secret of the backup, if it is not FILE.secret.",
)
@click.option("--replace", is_flag=True, help="Replace the database of an installation that is not empty.")
@prints_result
def restore(file: Path, secret: Path | None, replace: bool) -> Result:
    """Restore FILE, a backup by `rejoinder backup`, into a stopped installation.

    The backup's integrity, schema and secret are checked before anything is changed. Then the whole database is
    replaced, or, after a failure, nothing is. What was erased since the backup is erased again by the next start.
    With PostgreSQL this needs pg_restore and psql.
    """
    settings = Settings.from_env(os.environ)
    with lock_home(settings.home, "Stop it first."):
        contents = restore_installation(settings, file.absolute(), secret=secret, replace=replace)
    current = is_current(contents)
    value = {"restored": str(file.absolute()), "revision": contents.revision, "is_current": current}
    next_start = "" if current else " The next start migrates it to the schema of this version."
    next_start += " It also erases again what was erased since."
    return Result(value, f"{file} is restored.{next_start} Check it with: rejoinder audit verify")
