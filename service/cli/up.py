"""`rejoinder up`: the whole service on this machine, with one command."""

import fcntl
import os
import shlex
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
from service.cli.output import Result, json_option, print_result
from service.process.console import Output
from service.process.first_run import FirstRun, ensure_first_run
from service.process.preflight import prepare_start
from service.process.programs import all_programs
from service.process.supervisor import Supervisor
from service.process.web_server import refuse_taken_port


@click.command()
@json_option
def up(as_json: bool) -> None:
    """Run everything on this machine until Ctrl-C or SIGTERM.

    Starts a Valkey server, the workers and the web server, and restarts those that fail. The first run also creates
    the demo site, an API key and a moderator, and prints how to sign in.
    """
    output = Output(sys.stderr if as_json else sys.stdout)
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level)
    with lock_home(settings.home):
        refuse_taken_port(settings)
        _prepare(settings, output)
        ranks = all_programs(settings)
        names = ", ".join(program.name for rank in ranks for program in rank)
        started = time.monotonic()
        output.say(f"Starting {names} …")
        supervisor = Supervisor(ranks, output=output)
        supervisor.run(lambda: print_result(_ready(settings, output, started), as_json))
        output.say("Stopped.")


@contextmanager
def lock_home(home: Path) -> Iterator[None]:
    """Hold a lock on the home: two supervisors would start two Valkeys on the same data. Raises BadSetting."""
    with _open_lock(home / "up.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise BadSetting(
                f"Rejoinder already runs in {str(home)!r} (process {file.read().strip() or 'unknown'}). "
                "Stop it first, or start another one with its own REJOINDER_HOME and REJOINDER_PORT."
            ) from error
        with suppress(OSError):  # a full disk is reported by the next step
            file.truncate(0)
            os.write(file.fileno(), str(os.getpid()).encode())
        yield


def _open_lock(path: Path) -> TextIO:
    try:
        return path.open("a+")
    except OSError as error:
        raise BadSetting(
            f"REJOINDER_HOME cannot be {str(path.parent)!r}: cannot write {path.name!r} in it: {error.strerror}. "
            f"Give the folder to the user that runs this: chown -R USER {shlex.quote(str(path.parent))}"
        ) from error


def _prepare(settings: Settings, output: Output) -> None:
    for doubt in settings.doubts:
        output.say(f"Note: {doubt}")
    output.say(f"Home: {settings.home}")
    output.say(f"Preparing the database {shown(settings.database_url)} …")
    before = prepare_start(settings, output.say)
    if not before.is_current:
        output.say(f"  migrated to revision {before.needed}.")


def _ready(settings: Settings, output: Output, started: float) -> Result:
    output.say(f"  started in {time.monotonic() - started:.1f} s.")
    with opened_store(settings) as store:
        first_run = ensure_first_run(store, settings, at=datetime.now(UTC))
    return Result(_as_json(settings, first_run), _screen(settings, first_run))


def _as_json(settings: Settings, first_run: FirstRun) -> dict[str, object]:
    return {
        "demo": f"{settings.public_url}/demo",
        "dashboard": first_run.link,
        "site": first_run.site_id,
        "key": first_run.key or None,
    }


def _screen(settings: Settings, first_run: FirstRun) -> str:
    no_key = f"shown on the first run only; add another: rejoinder key add {first_run.site_id} --scope moderate"
    key = f"{first_run.key}  (site {first_run.site_id}; shown only once)" if first_run.key else no_key
    return f"""
Rejoinder is ready.

  Demo page   {settings.public_url}/demo
  Dashboard   {first_run.link}
              (signs in {first_run.moderator}, once; for another link: rejoinder moderator link {first_run.moderator})
  API key     {key}
  Stop        Ctrl-C
"""
