"""`rejoinder secret`: replaces the secret that seals what must not be read."""

import os
import secrets as random

import click

from moderation.config.home import begin_rotation, end_rotation, is_rotating
from moderation.config.settings import Settings
from moderation.errors import BadSetting
from moderation.reseal import reseal_all
from service.cli.installation import check_database_exists, open_installation
from service.cli.output import Result, prints_result
from service.cli.up import STOP_FIRST, lock_home


@click.group()
def secret() -> None:
    """Replace the secret that seals e-mail addresses."""


@secret.command("rotate")
@prints_result
def rotate() -> Result:
    """Make a new secret and seal all e-mail addresses and webhook secrets again with it.

    Stop the service first; as soon as this says that the new secret is there, you may start it again. If this is
    broken off, call it again: it goes on. The old secret stays in the file behind the new one, because authors are
    found and links are signed with it.
    """
    settings = Settings.from_env(os.environ)
    check_database_exists(settings)
    if settings.given_secret is not None:
        _check_given(settings)
    elif not is_rotating(settings.home):
        with (
            lock_home(settings.home, STOP_FIRST),
            open_installation(),
        ):  # checks the present secret before it is replaced
            begin_rotation(settings.home)
        click.echo("The new secret is there. The service may be started again.", err=True)
    with open_installation() as installation:
        done = reseal_all(installation.store)
    if settings.given_secret is None:
        end_rotation(settings.home)
    value = {"sealed": done.sealed, "unreadable": done.unreadable}
    note = f" Unreadable before and now: {done.unreadable}." if done.unreadable else ""
    return Result(value, f"Sealed again with the new secret: {done.sealed}.{note}")


def _check_given(settings: Settings) -> None:
    """Raises BadSetting when REJOINDER_SECRET has no new secret before the old one."""
    if b"\n" not in settings.secret:
        raise BadSetting(
            "REJOINDER_SECRET holds one secret. Put a new one before it, in a line of its own, such as "
            f"{random.token_urlsafe(48)}, start everything again with both, then call this again."
        )
