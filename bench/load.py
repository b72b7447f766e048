"""Load from wrk, and memory and processor time of a process tree."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Figures:
    """One run of wrk: requests per second, latencies in milliseconds, and the number of failed requests."""

    rate: float
    p50_ms: float
    p99_ms: float
    wrong: int


def post(url: str, bodies: Path, *, seconds: int, connections: int = CONNECTIONS) -> Figures:
    """POST the file's JSON lines to the URL."""
    return _wrk(url, "POST", str(bodies), seconds=seconds, connections=connections)


def get(url: str, *, etag: str = "", seconds: int, connections: int = CONNECTIONS) -> Figures:
    """GET the URL."""
    return _wrk(url, "GET", etag, seconds=seconds, connections=connections)


def middle(runs: list[Figures]) -> Figures:
    """The median of each figure."""
    return Figures(
        rate=median(run.rate for run in runs),
        p50_ms=median(run.p50_ms for run in runs),
        p99_ms=median(run.p99_ms for run in runs),
        wrong=sum(run.wrong for run in runs),
    )


def memory_mib(pids: list[int]) -> float:
    """The proportional set size of the processes and everything they started, in MiB."""
    return sum(_pss_kib(pid) for pid in _tree(pids)) / 1024


def cpu_seconds(pids: list[int]) -> float:
    """The processor time, user and system, that the processes and their living descendants have used so far."""
    return sum(_cpu_ticks(pid) for pid in _tree(pids)) / os.sysconf("SC_CLK_TCK")


def _wrk(url: str, method: str, argument: str, *, seconds: int, connections: int) -> Figures:
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "10s",
        "-s",
        str(HERE / "load.lua"),
        url,
        method,
        argument,
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures = next(line for line in output.splitlines() if line.startswith("FIGURES"))
    requests, micros, p50, p99, wrong = map(int, figures.split()[1:])
    return Figures(requests / (micros / 1e6), p50 / 1000, p99 / 1000, wrong)


def _tree(pids: list[int]) -> set[int]:
    """The processes and all of their descendants."""
    seen: set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in seen:
            seen.add(pid)
            waiting += _children(pid)
    return seen


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _cpu_ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])
