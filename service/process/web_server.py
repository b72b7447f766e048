"""`python -m service.process.web_server`: the web server, uvicorn in front of Flask."""

import errno
import logging
import os
import resource
import signal
import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

from moderation.config.settings import Settings
from moderation.errors import BadSetting, ModerationError
from moderation.process import logs
from moderation.process.parent_death import die_with_parent
from moderation.process.umask import keep_files_private
from service.process.python_path import safe_environment
from service.server.connections import MAX_CONNECTIONS, BoundedProtocol, ProxiedProtocol

BACKLOG = 2048
KEEP_ALIVE_S = 15
STOP_S = 15


def main() -> int:
    """Serve until SIGTERM or SIGINT, then finish what is under way. Returns the exit status."""
    keep_files_private()
    die_with_parent(os.getppid())
    os.environ.update(safe_environment())  # for the processes that uvicorn starts
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn stops, then raises the signal once more
    try:
        settings = Settings.from_env(os.environ)
        logs.configure(settings.log_level)
        listener = listen(settings)
    except ModerationError as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    allow_many_connections()
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # it warns of every request that is not HTTP
    config = server_config(settings)
    if settings.web_processes == 1:
        uvicorn.Server(config).run([listener])
    else:
        Multiprocess(config, [listener]).run()
    return 0


def server_config(settings: Settings) -> uvicorn.Config:
    """SQLite has one writer, so it gets one process whose threads commit together; PostgreSQL gets several."""
    return uvicorn.Config(
        "service.asgi:app",
        http=ProxiedProtocol if settings.proxy_hops else BoundedProtocol,
        loop="auto",
        ws="none",
        lifespan="off",
        interface="asgi3",
        workers=settings.web_processes,
        backlog=BACKLOG,
        proxy_headers=False,  # the app reads them, as many hops as the settings say
        server_header=False,
        access_log=False,  # URLs may hold tokens
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
    )


def listen(settings: Settings) -> socket.socket:
    """The socket that all web processes accept from. Raises BadSetting when the address cannot be used."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise BadSetting(_refusal(settings, error)) from error
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def refuse_taken_port(settings: Settings) -> None:
    """Check early that the address can be used. Raises BadSetting."""
    listen(settings).close()


def allow_many_connections() -> None:
    """Raise the soft limit of open files, which is 1,024 on most systems, as far as it is needed and allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + 1024
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _refusal(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        expected = "Expected an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them."
        return f"REJOINDER_HOST cannot be '{settings.host}': {error.strerror}. {expected}"
    expected = "Expected a free port: stop the program that uses it, or set REJOINDER_PORT to another number."
    if error.errno == errno.EACCES:
        expected = "Expected a port that this user may open: set REJOINDER_PORT to 1024 or more."
    return f"REJOINDER_PORT cannot be '{settings.port}' on {settings.host}: {error.strerror}. {expected}"


if __name__ == "__main__":
    sys.exit(main())
