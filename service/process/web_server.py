"""`python -m service.process.web_server`: the web server: Granian in front of Flask."""

import errno
import os
import socket
import sys
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from moderation.config.settings import PRIVATE, Settings
from moderation.errors import BadSetting, ModerationError
from moderation.process import logs
from moderation.process.parent_death import die_with_parent
from service.server.request_bodies import THREADS

CONNECTIONS = 1024
HEADERS_S = 15
STOP_S = 15

_QUIET = {"loggers": {"_granian": {"handlers": [], "propagate": True}, "granian.access": {"handlers": []}}}
"""Granian's events go where ours go, in the same form; it never logs requests, whose URLs may hold tokens."""


def main() -> int:
    """Serve until SIGTERM or SIGINT, then answer what is under way. Returns the exit status."""
    os.umask(PRIVATE)
    try:
        settings = Settings.from_env(os.environ)
        logs.configure(settings.log_level)
        refuse_taken_port(settings)
    except ModerationError as problem:
        print(f"web: {problem}", file=sys.stderr)
        return 1
    server(settings).serve(target_loader=load_app, wrap_loader=False)
    return 0


def server(settings: Settings) -> Any:
    """SQLite has one writer, so it gets one process with threads that commit together; PostgreSQL gets several."""
    return Server(
        "service.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=THREADS,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_S * 1000),
        workers_kill_timeout=STOP_S,
        log_level=LogLevels.error,
        log_dictconfig=_QUIET,
    )


def load_app() -> Any:
    """Runs in each web process."""
    die_with_parent(os.getppid())
    from service.wsgi import app

    return app


def refuse_taken_port(settings: Settings) -> None:
    """Granian would share the port with whoever has it: look first. Raises BadSetting."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((settings.host, settings.port))
        except OSError as problem:
            raise BadSetting(_refusal(settings, problem)) from problem


def _refusal(settings: Settings, problem: OSError) -> str:
    if problem.errno == errno.EADDRNOTAVAIL:
        expected = "Expected an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them."
        return f"REJOINDER_HOST cannot be '{settings.host}': {problem.strerror}. {expected}"
    expected = "Expected a free port: end the program that has it, or set REJOINDER_PORT to another number."
    if problem.errno == errno.EACCES:
        expected = "Expected a port that this user may open: set REJOINDER_PORT to one from 1024 on."
    return f"REJOINDER_PORT cannot be '{settings.port}' on {settings.host}: {problem.strerror}. {expected}"


if __name__ == "__main__":
    sys.exit(main())
