"""Starts programs in order, restarts those that end or hang, stops them in reverse order. One thread, one loop."""

import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from moderation.errors import ModerationError
from moderation.process.gc_tuning import freeze_gc
from service.process.console import Output
from service.process.program import MAX_RESTART_DELAY_S, Child, Program
from service.process.watch import PROBE_S

START_S = 60.0
"""How long a program may take to become ready."""

_POLL_S = 0.05

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartFailed(ModerationError):
    """Raised when a program ends or hangs instead of becoming ready for the first time."""


class Supervisor:
    """Runs ranks of programs: each rank starts after the one before is ready, and stops before it.

    Every program has its own session, so Ctrl-C in a terminal reaches only the supervisor, which keeps the order. The
    kernel kills the programs when the supervisor dies.
    """

    def __init__(self, ranks: Sequence[Sequence[Program]], *, output: Output) -> None:
        self._output = output
        self._ranks = [[Child(program) for program in rank] for rank in ranks]
        self._selector = selectors.DefaultSelector()
        self._stop_requests = 0

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start all programs, call `when_ready`, restart what ends or hangs, stop on a signal. Raises StartFailed."""
        freeze_gc()  # or collections would copy the memory that forked programs share
        with _Wakeups(self._selector, self._on_signal):
            try:
                self._start()
                if not self._stop_requests:
                    when_ready()
                while not self._stop_requests:
                    self._wait(self._next_event_s())
                    self._kill_hung()
                    self._restart()
            finally:
                self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop_requests += number in _STOPPING

    def _start(self) -> None:
        for rank in self._ranks:
            for child in rank:
                self._launch(child)
            needed = [child for child in rank if not child.program.is_optional]
            deadline = time.monotonic() + START_S
            while not self._stop_requests and not all(child.program.is_ready() for child in needed):
                self._wait(_POLL_S)
                _refuse_failed_start(needed, is_late=time.monotonic() > deadline)
            for child in needed:
                child.note_ready(time.monotonic())

    def _launch(self, child: "Child") -> None:
        output, beats = child.launch()
        name = child.program.name
        self._selector.register(output, selectors.EVENT_READ, lambda: self._pass_on(output, name))
        if beats is not None:
            self._selector.register(beats, selectors.EVENT_READ, lambda: self._note_beats(beats, child))

    def _pass_on(self, pipe: int, name: str) -> None:
        """Pass a program's output on. The pipe can outlive the program: its children write there too."""
        written = os.read(pipe, 65536)
        if written:
            self._output.add(name, pipe, written)
            return
        self._selector.unregister(pipe)
        self._output.end(name, pipe)
        os.close(pipe)

    def _note_beats(self, pipe: int, child: "Child") -> None:
        if os.read(pipe, 4096):
            child.note_beat(pipe, time.monotonic())
            return
        self._selector.unregister(pipe)
        os.close(pipe)

    def _wait(self, timeout_s: float | None) -> None:
        """Sleep until a program writes or ends, a signal arrives, or the time is up."""
        for key, _ in self._selector.select(timeout_s):
            key.data()

    def _next_event_s(self) -> float:
        """How long to sleep: until a restart is due, or a program has to be asked again."""
        due = [child.due_at for child in self._children() if child.due_at is not None]
        return max(0.0, min([PROBE_S, *(each - time.monotonic() for each in due)]))

    def _children(self) -> Iterator["Child"]:
        return (child for rank in self._ranks for child in rank)

    def _kill_hung(self) -> None:
        for child in self._children():
            if problem := child.hung(time.monotonic()):
                self._output.say(f"{child.program.name} {problem}; killing it.")
                child.kill()

    def _restart(self) -> None:
        now = time.monotonic()
        for child in self._children():
            if child.due_at is None and child.has_ended():
                delay_s = child.note_end(now)
                self._output.say(f"{child.program.name} {child.exit_text()}; restarting in {delay_s:.0f} s.")
            elif child.due_at is not None and child.due_at <= now:
                self._launch_again(child)

    def _launch_again(self, child: "Child") -> None:
        try:
            self._launch(child)
            self._output.say(f"{child.program.name} restarted.")
        except OSError as error:  # out of memory or file descriptors, perhaps only for now
            child.due_at = time.monotonic() + MAX_RESTART_DELAY_S
            self._output.say(f"{child.program.name} cannot be started: {error.strerror}. Retrying later.")

    def _stop(self) -> None:
        for rank in reversed(self._ranks):
            for child in rank:
                child.terminate()
            deadline = time.monotonic() + max((child.program.grace_s for child in rank), default=0)
            while not all(child.has_ended() for child in rank) and time.monotonic() < deadline:
                self._wait(_POLL_S)
                if self._stop_requests > 1:  # a second signal: kill at once
                    break
            for child in rank:
                child.kill()
        self._wait(0)


def _refuse_failed_start(rank: Sequence[Child], *, is_late: bool) -> None:
    for child in rank:
        if child.has_ended():
            raise StartFailed(f"{child.program.name} {child.exit_text()} instead of starting{_see(child)}.")
        if is_late and not child.program.is_ready():
            raise StartFailed(f"{child.program.name} did not answer within {START_S:.0f} seconds{_see(child)}.")


def _see(child: Child) -> str:
    return f", see {child.program.logs}" if child.program.logs else ""


class _Wakeups:
    """While open, signals wake the selector: a child ended, or the supervisor was asked to stop."""

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
