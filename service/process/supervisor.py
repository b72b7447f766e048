"""Starts programs in order, keeps each of them running, and ends them in the opposite order. One thread, one loop."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

from moderation.errors import ModerationError
from moderation.process.parent_death import die_with_parent
from service.process.console import Output

LONGEST_PAUSE_S = 30.0
RAN_WELL_S = 60.0
START_S = 60.0
_LOOK_S = 0.05

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartFailed(ModerationError):
    """Raised when a program ends, or says nothing, instead of becoming ready for the first time."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. is_ready: asked every twentieth of a second while it starts.

    grace_s: how long it may take to end by itself when it is asked to; then it is killed with all that it forked.
    logs: where it tells its troubles, when not in its output.
    """

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool] = lambda: True
    grace_s: float = 15.0
    logs: str = ""


def pause_s(failures: int) -> float:
    """How long to wait before a program is started again that ended so often in a row: 1, 2, 4 … 30 seconds."""
    return min(2.0 ** (failures - 1), LONGEST_PAUSE_S)


class Supervisor:
    """Runs ranks of programs: each rank starts when the one before is ready, and ends before the one before ends.

    Every program has a session of its own, so that Ctrl-C in a terminal reaches the supervisor alone and the order
    holds; the kernel kills it when the supervisor dies.
    """

    def __init__(self, ranks: Sequence[Sequence[Program]], *, output: Output) -> None:
        self._output = output
        self._ranks = [[_Child(program) for program in rank] for rank in ranks]
        self._selector = selectors.DefaultSelector()
        self._asked_to_stop = 0

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start everything, say so, watch until a signal asks to stop, end everything. Raises StartFailed."""
        with _Wakeups(self._selector, self._on_signal):
            try:
                self._start()
                if not self._asked_to_stop:
                    when_ready()
                while not self._asked_to_stop:
                    self._wait(self._next_start_s())
                    self._restart()
            finally:
                self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += number in _STOPPING

    def _start(self) -> None:
        for rank in self._ranks:
            for child in rank:
                self._launch(child)
            deadline = time.monotonic() + START_S
            while not self._asked_to_stop and not all(child.program.is_ready() for child in rank):
                self._wait(_LOOK_S)
                _refuse_failed_start(rank, is_late=time.monotonic() > deadline)

    def _launch(self, child: "_Child") -> None:
        output = child.launch()
        name = child.program.name
        self._selector.register(output, selectors.EVENT_READ, lambda: self._pass_on(output, name))

    def _pass_on(self, pipe: int, name: str) -> None:
        """Read what a program wrote. Its pipe may outlive it: whatever it forked writes there too."""
        written = os.read(pipe, 65536)
        if written:
            self._output.add(name, pipe, written)
            return
        self._selector.unregister(pipe)
        self._output.end(name, pipe)
        os.close(pipe)

    def _wait(self, timeout_s: float | None) -> None:
        """Sleep until a program writes or ends, a signal comes, or the time is over."""
        for key, _ in self._selector.select(timeout_s):
            key.data()

    def _next_start_s(self) -> float | None:
        pauses = [child.due_at for rank in self._ranks for child in rank if child.due_at is not None]
        return max(0.0, min(pauses) - time.monotonic()) if pauses else None

    def _restart(self) -> None:
        now = time.monotonic()
        for child in (child for rank in self._ranks for child in rank):
            if child.due_at is None and child.has_ended():
                pause = child.note_end(now)
                self._output.say(f"{child.program.name} {child.how_it_ended()}; it starts again in {pause:.0f} s.")
            elif child.due_at is not None and child.due_at <= now:
                self._launch_again(child)

    def _launch_again(self, child: "_Child") -> None:
        try:
            self._launch(child)
            self._output.say(f"{child.program.name} started again.")
        except OSError as problem:  # a machine without memory or descriptors to spare may have some later
            child.due_at = time.monotonic() + LONGEST_PAUSE_S
            self._output.say(f"{child.program.name} cannot be started: {problem.strerror}. Another try follows.")

    def _stop(self) -> None:
        for rank in reversed(self._ranks):
            for child in rank:
                child.terminate()
            deadline = time.monotonic() + max((child.program.grace_s for child in rank), default=0)
            while not all(child.has_ended() for child in rank) and time.monotonic() < deadline:
                self._wait(_LOOK_S)
                if self._asked_to_stop > 1:  # asked twice: at once
                    break
            for child in rank:
                child.kill()
        self._wait(0)


class _Child:
    """A program's present process, and its record. due_at: when to start it again, None while it runs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.due_at: float | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_buried = False
        self._failures = 0
        self._started_at = 0.0

    def launch(self) -> int:
        """Start it; the descriptor that it writes to can be read from what is returned."""
        reading, writing = os.pipe()
        parent = os.getpid()
        self._started_at, self.due_at, self._is_buried = time.monotonic(), None, False
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own programs)
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(parent),  # safe: this process has one thread
            )
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return reading

    def has_ended(self) -> bool:
        """Whether it does not run, or has not begun to."""
        return self._process is None or self._process.poll() is not None

    def how_it_ended(self) -> str:
        """In words."""
        code = self._process.returncode if self._process else None
        return f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"

    def note_end(self, now: float) -> float:
        """Take note that it ended; returns the seconds to wait before it starts again."""
        self.kill()  # what it forked must not go on beside its successor
        self._failures = 1 if now - self._started_at >= RAN_WELL_S else self._failures + 1
        self.due_at = now + pause_s(self._failures)
        return pause_s(self._failures)

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None and not self.has_ended():
            self._process.terminate()

    def kill(self) -> None:
        """End it and everything that it forked, at once."""
        if self._process is None or self._is_buried:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._is_buried = True  # from now on its number may be somebody else's


def _refuse_failed_start(rank: Sequence[_Child], *, is_late: bool) -> None:
    for child in rank:
        if child.has_ended():
            raise StartFailed(f"{child.program.name} {child.how_it_ended()} instead of starting{_see(child)}.")
        if is_late and not child.program.is_ready():
            raise StartFailed(f"{child.program.name} did not answer within {START_S:.0f} seconds{_see(child)}.")


def _see(child: _Child) -> str:
    return f", see {child.program.logs}" if child.program.logs else ""


class _Wakeups:
    """While open, signals wake the selector: the end of a child, and whoever asks to stop."""

    def __init__(self, selector: selectors.BaseSelector, handler: Callable[[int, FrameType | None], None]) -> None:
        self._selector, self._handler = selector, handler

    def __enter__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)
        self._selector.register(self._reading, selectors.EVENT_READ, lambda: os.read(self._reading, 512))
        self._before = {each: signal.signal(each, self._handler) for each in (*_STOPPING, signal.SIGCHLD)}
        self._wakeup_before = signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)

    def __exit__(self, *problem: object) -> None:
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._selector.unregister(self._reading)
        os.close(self._reading)
        os.close(self._writing)
