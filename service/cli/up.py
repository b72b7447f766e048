"""`rejoinder up`: the whole service on this machine, with one command."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from moderation.config.bootstrap import opened_store
from moderation.config.settings import Settings
from moderation.errors import BadSetting
from moderation.process import logs
from moderation.store.database.migrate import shown
from service.cli.output import Answer, json_option, show
from service.process.console import Output
from service.process.first_run import Welcome, welcome
from service.process.preflight import prepare_start
from service.process.programs import all_programs
from service.process.supervisor import Supervisor
from service.process.web_server import refuse_taken_port


@click.command()
@json_option
def up(as_json: bool) -> None:
    """Run everything until Ctrl-C or SIGTERM. The first run makes a site, a key and a moderator."""
    output = Output(sys.stderr if as_json else sys.stdout)
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level)
    with only_one(settings.home):
        refuse_taken_port(settings)
        _prepare(settings, output)
        ranks = all_programs(settings)
        names = ", ".join(program.name for rank in ranks for program in rank)
        began = time.monotonic()
        output.say(f"Starting {names} …")
        supervisor = Supervisor(ranks, output=output)
        supervisor.run(lambda: show(_screen(settings, output, began), as_json))
        output.say("Everything has ended.")


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home: two supervisors would both start a Valkey on its data. Raises BadSetting."""
    with _opened_lock(home / "up.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            file.seek(0)
            raise BadSetting(
                f"Rejoinder already runs in {str(home)!r} (process {file.read().strip() or 'unknown'}). "
                "End it first, or start another one with its own REJOINDER_HOME and REJOINDER_PORT."
            ) from problem
        with suppress(OSError):  # on a full disk the number is missing, and what is full is told by the next step
            file.truncate(0)
            os.write(file.fileno(), str(os.getpid()).encode())
        yield


def _opened_lock(path: Path) -> TextIO:
    try:
        return path.open("a+")
    except OSError as problem:
        raise BadSetting(
            f"REJOINDER_HOME cannot be {str(path.parent)!r}: {path.name!r} in it cannot be written: "
            f"{problem.strerror}. Give everything in it to the user that runs this: chown -R USER {path.parent}"
        ) from problem


def _prepare(settings: Settings, output: Output) -> None:
    for doubt in settings.doubts:
        output.say(f"Note: {doubt}")
    output.say(f"Home: {settings.home}")
    output.say(f"Preparing the database {shown(settings.database_url)} …")
    before = prepare_start(settings, output.say)
    if not before.is_current:
        output.say(f"  brought to revision {before.needed}.")


def _screen(settings: Settings, output: Output, began: float) -> Answer:
    output.say(f"  started in {time.monotonic() - began:.1f} s.")
    with opened_store(settings) as store:
        told = welcome(store, settings, at=datetime.now(UTC))
    return Answer(_value(settings, told), _text(settings, told))


def _value(settings: Settings, told: Welcome) -> dict[str, object]:
    return {
        "demo": f"{settings.public_url}/demo",
        "dashboard": told.link,
        "site": told.site_id,
        "key": told.key or None,
    }


def _text(settings: Settings, told: Welcome) -> str:
    again = f"made on the first run; another one: rejoinder key add {told.site_id} --scope moderate"
    key = f"{told.key}  (site {told.site_id}; shown only now)" if told.key else again
    return f"""
Rejoinder is ready.

  Demo page   {settings.public_url}/demo
  Dashboard   {told.link}
              (signs {told.moderator} in, once; another link: rejoinder moderator link {told.moderator})
  Key         {key}
  Stop        Ctrl-C
"""
