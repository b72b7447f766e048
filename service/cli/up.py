"""`rejoinder up`: the whole service on this machine, with one command."""

import fcntl
import os
import shlex
import sys
import time
from collections.abc import Iterator, Mapping
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
from service.process.disk_reserve import make_room, refill
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
    the demo site, an API key and a moderator. How to sign in is printed on a terminal, else written to files in the
    home.
    """
    output = Output(sys.stderr if as_json else sys.stdout)
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level)
    with lock_home(settings.home):
        refuse_taken_port(settings)
        is_read_only = make_room(settings)
        if is_read_only:
            output.say(f"The disk of {settings.database_path} is full. {_READ_ONLY}")
        _prepare(settings, output)
        first_run = None if is_read_only else _ensure_first_run(settings)
        ranks = all_programs(settings, only_web_needed=is_read_only)
        names = ", ".join(program.name for rank in ranks for program in rank)
        started = time.monotonic()
        output.say(f"Starting {names} …")
        supervisor = Supervisor(ranks, output=output)
        supervisor.run(lambda: print_result(_ready(settings, output, started, first_run), as_json))
        output.say("Stopped.")


ANOTHER_HOME = "Stop it first, or start another one with its own REJOINDER_HOME and REJOINDER_PORT."
STOP_FIRST = "Stop it, call this again, and start it again as soon as this says so."


@contextmanager
def lock_home(home: Path, remedy: str = ANOTHER_HOME) -> Iterator[None]:
    """Hold a lock on the home: two supervisors would start two Valkeys on the same data. Raises BadSetting.

    remedy: what to do when Rejoinder runs there.
    """
    with _open_lock(home / "up.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise BadSetting(
                f"Rejoinder already runs in {str(home)!r} (process {file.read().strip() or 'unknown'}). {remedy}"
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


_READ_ONLY = "Starting read-only: readers see their threads, and comments are refused with 503 until there is room."


def _ensure_first_run(settings: Settings) -> FirstRun:
    """Before any program starts: a service that is ready has its site."""
    with opened_store(settings) as store:
        return ensure_first_run(store, settings, at=datetime.now(UTC))


def _ready(settings: Settings, output: Output, started: float, first_run: FirstRun | None) -> Result:
    """first_run: None when the service is read-only."""
    output.say(f"  started in {time.monotonic() - started:.1f} s.")
    return _first_screen(settings, first_run) if first_run else _read_only_screen(settings)


def _read_only_screen(settings: Settings) -> Result:
    refill(settings)  # or comments would use it up, and the next start would find none
    text = f"""
Rejoinder is ready, and read-only: its disk is full.

  Dashboard   {settings.public_url}/dashboard/
  Stop        Ctrl-C
"""
    return Result({"read_only": True, "dashboard_url": f"{settings.public_url}/dashboard/"}, text)


def _first_screen(settings: Settings, first_run: FirstRun) -> Result:
    if sys.stdout.isatty():
        secrets = {"dashboard": first_run.link, "key": first_run.key}
    else:
        secrets = keep_secrets(settings.home, first_run)
    return Result(_as_json(settings, first_run, secrets), _screen(settings, first_run, secrets))


def keep_secrets(home: Path, first_run: FirstRun) -> dict[str, str]:
    """Write the link and the key to files that only their owner can read: what is printed may end up in a journal.

    Returns the paths of the files.
    """
    kept = {"dashboard_file": write_private(home / "sign-in-link", first_run.link)}
    if first_run.key:
        kept["key_file"] = write_private(home / "api-key", first_run.key)
    return kept


def write_private(path: Path, text: str) -> str:
    """Replace the file by one of mode 0600 with this line; returns its path."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(draft, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(f"{text}\n")
    draft.replace(path)
    return str(path)


def _as_json(settings: Settings, first_run: FirstRun, secrets: Mapping[str, str]) -> dict[str, str | None]:
    names = ("dashboard", "dashboard_file", "key", "key_file")
    return {
        "demo": f"{settings.public_url}/demo",
        "site": first_run.site_id,
        **{name: secrets.get(name) or None for name in names},
    }


def _screen(settings: Settings, first_run: FirstRun, secrets: Mapping[str, str]) -> str:
    link = secrets.get("dashboard") or f"open the link in {secrets['dashboard_file']}"
    return f"""
Rejoinder is ready.

  Demo page   {settings.public_url}/demo
  Dashboard   {link}
              (signs in {first_run.moderator}, once; for another link: rejoinder moderator link {first_run.moderator})
  API key     {_key_line(first_run, secrets)}
  Stop        Ctrl-C
"""


def _key_line(first_run: FirstRun, secrets: Mapping[str, str]) -> str:
    if not first_run.key:
        return f"shown on the first run only; add another: rejoinder key add {first_run.site_id} --scope moderate"
    if "key_file" in secrets:
        return f"in {secrets['key_file']}  (site {first_run.site_id}; delete the file when you have copied it)"
    return f"{first_run.key}  (site {first_run.site_id}; shown only once)"
