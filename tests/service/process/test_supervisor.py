"""The supervisor with real processes: small ones that say who they are, so that a test can watch and kill them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.process.program import restart_delay_s
from tests.waiting import LIMIT_S, eventually

ROOT = Path(__file__).parents[3]

SUPERVISOR = """
import sys
from pathlib import Path
from service.process import watch
watch.PROBE_S, watch.MAX_SILENCE_S = 0.1, 1.0
from service.process.console import Output
from service.process.program import Program
from service.process.supervisor import StartFailed, Supervisor

def program(name, code, **options):
    return Program(name, (sys.executable, "-c", code), **options)

def is_there(name):
    return Path(name).exists

NOTE = '''
import os, signal, sys, time
from pathlib import Path
def note(line):
    with open("events", "a") as file:
        file.write(line + chr(10))
def leave(*_):
    note("end NAME")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
note(f"start NAME {os.getpid()}")
print("hello from NAME", flush=True)
Path("NAME.ready").touch()
'''
WAIT = NOTE + "while True: time.sleep(60)"
STUBBORN = NOTE + "signal.signal(signal.SIGTERM, signal.SIG_IGN)" + chr(10) + "while True: time.sleep(60)"
FORKS = NOTE + '''
if os.fork() == 0:
    note(f"start child {os.getpid()}")
while True: time.sleep(60)
'''

BEATS = NOTE + '''
from moderation.process.heartbeat import beat
while True:
    beat()
    time.sleep(0.05)
'''

def ask():
    responds = Path("responds").exists()
    if responds:
        Path("was asked").touch()
    return responds

def waiting(name, code=WAIT, **options):
    return program(name, code.replace("NAME", name), is_ready=is_there(f"{name}.ready"), **options)

def run(*ranks):
    try:
        Supervisor(ranks, output=Output()).run(lambda: print("ready", flush=True))
    except StartFailed as problem:
        print(problem, flush=True)
        raise SystemExit(1)
    print("over", flush=True)
"""


class Supervised:
    """A supervisor as a process of its own, and what its programs noted."""

    def __init__(self, folder: Path, scene: str) -> None:
        self.folder = folder
        with (folder / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SUPERVISOR + scene],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

    def events(self, word: str) -> list[list[str]]:
        path = self.folder / "events"
        lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line[0] == word]

    def pids(self, name: str) -> list[int]:
        return [int(pid) for _, each, pid in self.events("start") if each == name]

    def wait_ready(self) -> None:
        eventually(lambda: "ready" in self.output.splitlines())

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=LIMIT_S)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[[str], Supervised]]:
    """Starts a supervisor with this scene; whatever is left of it is killed in the end."""
    started: list[Supervised] = []

    def start(scene: str) -> Supervised:
        started.append(Supervised(tmp_path, scene))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie that nobody has collected yet."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_the_pause_doubles_from_one_second_to_thirty():
    pauses = [restart_delay_s(failures) for failures in range(1, 8)]

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.slow
def test_ranks_start_in_order_and_end_in_the_opposite_order(supervised):
    run = supervised("run([waiting('first')], [waiting('second'), waiting('third')], [waiting('last')])")
    run.wait_ready()

    code = run.end()

    started = [name for _, name, _ in run.events("start")]
    ended = [name for _, name in run.events("end")]
    assert code == 0
    assert (started[0], started[-1]) == ("first", "last")
    assert (ended[0], ended[-1]) == ("last", "first")
    assert len(ended) == 4


@pytest.mark.slow
def test_a_killed_program_is_back_with_what_it_forked_gone(supervised):
    run = supervised("run([waiting('forking', FORKS)], [waiting('other')])")
    run.wait_ready()
    eventually(lambda: bool(run.pids("child")))
    [child] = run.pids("child")

    os.kill(run.pids("forking")[0], signal.SIGKILL)

    eventually(lambda: len(run.pids("forking")) == 2)
    assert not is_alive(child)
    assert "forking was killed by signal 9; restarting in 1 s." in run.output
    assert len(run.pids("other")) == 1
    assert run.end() == 0


@pytest.mark.slow
def test_a_program_that_stops_beating_is_killed_and_started_again(supervised):
    run = supervised("run([waiting('beating', BEATS, beats=True)], [waiting('other')])")
    run.wait_ready()

    os.kill(run.pids("beating")[0], signal.SIGSTOP)

    eventually(lambda: len(run.pids("beating")) == 2)
    assert "beating has not responded for" in run.output
    assert len(run.pids("other")) == 1
    assert run.end() == 0


@pytest.mark.slow
def test_a_program_that_no_longer_responds_is_killed_and_started_again(supervised, tmp_path):
    (tmp_path / "responds").touch()
    run = supervised("run([waiting('asked', responds=ask)], [waiting('other')])")
    run.wait_ready()
    eventually((tmp_path / "was asked").exists)

    (tmp_path / "responds").unlink()

    eventually(lambda: len(run.pids("asked")) == 2)
    assert "asked has not responded 3 times in a row; killing it." in run.output
    assert len(run.pids("other")) == 1
    assert run.end() == 0


@pytest.mark.slow
def test_ctrl_c_that_reaches_the_whole_group_still_ends_everything_in_order(supervised):
    run = supervised("run([waiting('first')], [waiting('last')])")
    run.wait_ready()

    os.killpg(run.process.pid, signal.SIGINT)

    assert run.process.wait(timeout=LIMIT_S) == 0
    assert [name for _, name in run.events("end")] == ["last", "first"]


@pytest.mark.slow
def test_no_program_outlives_a_killed_supervisor(supervised):
    run = supervised("run([waiting('first')], [waiting('stubborn', STUBBORN)])")
    run.wait_ready()
    pids = [*run.pids("first"), *run.pids("stubborn")]

    run.process.kill()

    eventually(lambda: not any(is_alive(pid) for pid in pids))


@pytest.mark.slow
def test_a_program_that_will_not_end_is_killed_after_its_grace(supervised):
    run = supervised("run([waiting('first')], [waiting('stubborn', STUBBORN, grace_s=0.2)])")
    run.wait_ready()

    code = run.end()

    assert code == 0
    assert not is_alive(run.pids("stubborn")[0])
    assert run.events("end") == [["end", "first"]]


@pytest.mark.slow
def test_a_second_ctrl_c_waits_for_nobody(supervised):
    run = supervised("run([waiting('first')], [waiting('stubborn', STUBBORN, grace_s=600)])")
    run.wait_ready()

    run.process.send_signal(signal.SIGINT)
    eventually(lambda: is_waiting_for_the_last(run))

    assert run.end(signal.SIGINT) == 0


def is_waiting_for_the_last(run: Supervised) -> bool:
    """The first signal was taken: none is pending any more."""
    status = Path(f"/proc/{run.process.pid}/status").read_text()
    return "ShdPnd:\t0000000000000000" in status


@pytest.mark.slow
def test_a_program_that_ends_instead_of_starting_ends_the_start(supervised):
    run = supervised(
        "run([waiting('first')], [program('broken', 'print(\"no such thing\"); raise SystemExit(3)', "
        "is_ready=lambda: False, logs='its.log')])"
    )

    assert run.process.wait(timeout=LIMIT_S) == 1
    assert "broken ended with exit code 3 instead of starting, see its.log." in run.output
    assert "broken    | no such thing" in run.output
    assert run.events("end") == [["end", "first"]]


@pytest.mark.slow
def test_an_optional_program_that_cannot_start_stops_nothing_and_is_tried_again(supervised):
    run = supervised(
        "run([program('broken', 'raise SystemExit(3)', is_optional=True, is_ready=lambda: False)], [waiting('web')])"
    )

    run.wait_ready()

    eventually(lambda: "broken restarted." in run.output)
    assert run.end() == 0


@pytest.mark.slow
def test_what_programs_write_is_shown_with_their_names(supervised):
    run = supervised("run([waiting('first')])")
    run.wait_ready()

    run.end()

    assert "first     | hello from first" in run.output
    assert run.output.endswith("over\n")
