"""A program to run, and its current process."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from moderation.process.heartbeat import PIPE_VARIABLE
from moderation.process.parent_death import die_with_parent
from service.process.fork import ForkedProcess
from service.process.python_path import safe_environment
from service.process.watch import Watch

MAX_RESTART_DELAY_S = 30.0
STABLE_S = 60.0
"""A program that ran this long has recovered: its next failure counts as the first."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. command: that of another program; or run: a function of ours, as a dotted path, and its arguments.

    is_ready: polled while it starts.
    is_optional: nobody waits until it is ready, and a start that fails is tried again.
    responds: asked every PROBE_S once it has started; bounded to a second or two, because the loop waits for it.
    beats: whether it shows that it works by writing to a pipe (moderation/process/heartbeat.py).
    grace_s: how long it may take to stop after SIGTERM; then it is killed with everything that it forked.
    logs: its log file, if it does not log to its output.
    """

    name: str
    command: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    is_ready: Callable[[], bool] = lambda: True
    is_optional: bool = False
    responds: Callable[[], bool] | None = None
    beats: bool = False
    grace_s: float = 15.0
    logs: str = ""


def restart_delay_s(failures: int) -> float:
    """How long to wait before a restart after this many failures in a row: 1, 2, 4 … 30 seconds."""
    return min(2.0 ** (failures - 1), MAX_RESTART_DELAY_S)


class Child:
    """A program's current process and its failures. due_at: when to restart it, None while it runs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.due_at: float | None = None
        self._process: subprocess.Popen[bytes] | ForkedProcess | None = None
        self._is_reaped = False
        self._failures = 0
        self._started_at = 0.0
        self._watch = Watch(0.0)
        self._beats: int | None = None

    def launch(self) -> tuple[int, int | None]:
        """Start it; returns the descriptors from which its output and its beats, if it has any, are read."""
        output, write_output = os.pipe()
        environment, inherited = safe_environment(), []
        beats = None
        if self.program.beats:
            beats, write_beat = os.pipe()
            os.set_blocking(write_beat, False)
            inherited, environment[PIPE_VARIABLE] = [write_beat], str(write_beat)
        self._started_at, self.due_at, self._is_reaped = time.monotonic(), None, False
        self._watch = Watch(self._started_at, self.program.responds, beats=self.program.beats)
        self._beats = beats
        try:
            self._process = self._start(write_output, environment, inherited)
        except OSError:
            for each in (output, beats):
                if each is not None:
                    os.close(each)
            raise
        finally:
            for each in (write_output, *inherited):
                os.close(each)
        return output, beats

    def _start(
        self, output: int, environment: Mapping[str, str], inherited: Sequence[int]
    ) -> subprocess.Popen[bytes] | ForkedProcess:
        if self.program.run:
            title = f"rejoinder: {self.program.name}"
            return ForkedProcess(
                *self.program.run, title=title, output=output, environment=environment, inherited=inherited
            )
        parent = os.getpid()
        return subprocess.Popen(  # noqa: S603  (our own programs)
            self.program.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=inherited,
            env=environment,
            preexec_fn=lambda: die_with_parent(parent),  # safe: this process has one thread
        )

    def note_ready(self, now: float) -> None:
        """Its first start is complete."""
        self._watch.note_ready(now)

    def note_beat(self, pipe: int, now: float) -> None:
        """Its current process wrote to this pipe; what an earlier one wrote does not count."""
        if pipe == self._beats:
            self._watch.note_beat(now)

    def hung(self, now: float) -> str:
        """Why it must be killed, "" while it works or does not run."""
        return "" if self.has_ended() else self._watch.problem(now)

    def has_ended(self) -> bool:
        """Whether it is not running, or was never started."""
        return self._process is None or self._process.poll() is not None

    def exit_text(self) -> str:
        """How it ended, for people."""
        code = self._process.returncode if self._process else None
        return f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"

    def note_end(self, now: float) -> float:
        """Count a failure; returns the delay before the restart in seconds."""
        self.kill()  # its children must not run beside its successor
        self._failures = 1 if now - self._started_at >= STABLE_S else self._failures + 1
        delay_s = restart_delay_s(self._failures)
        self.due_at = now + delay_s
        return delay_s

    def terminate(self) -> None:
        """Ask it to stop."""
        if self._process is not None and not self.has_ended():
            self._process.terminate()

    def kill(self) -> None:
        """Kill it and everything that it forked."""
        if self._process is None or self._is_reaped:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._is_reaped = True  # from now on another process may have its id
