"""Starts Python programs by forking: they share the memory of what this process has imported, and start at once."""

import os
import resource
import signal
import sys
import traceback
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path
from pkgutil import resolve_name
from typing import NoReturn

from setproctitle import setproctitle

from moderation.process.parent_death import die_with_parent


class ForkedProcess:
    """A child that runs a function and ends with what it returns; the interface is that of subprocess.Popen.

    Fork only from a process with one thread. The child has its own session and ends when this process dies.
    run: the dotted path of the function; arguments: the strings that it is called with.
    title: the command line that `ps` shows. output: the descriptor for its standard output and error.
    inherited: the descriptors that it keeps besides those.
    """

    def __init__(
        self,
        run: str,
        *arguments: str,
        title: str,
        output: int,
        environment: Mapping[str, str],
        inherited: Collection[int] = (),
    ) -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # or the child would write what is buffered once more
        self.returncode: int | None = None
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _detach(parent, output, inherited)
                os.environ["SPT_NOENV"] = "1"  # setproctitle leaves the environment that /proc shows
                setproctitle(title)
                _set_environment(environment)
                raise SystemExit(resolve_name(run)(*arguments))
            except BaseException as problem:  # nothing may return into the parent's code
                _exit(problem)

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._wait(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait until it has ended; returns the exit status."""
        return self._wait(0)

    def terminate(self) -> None:
        """Send SIGTERM, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def _wait(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def _detach(parent: int, output: int, inherited: Collection[int]) -> None:
    """Leave the parent's session, signal handlers and files."""
    os.setsid()
    die_with_parent(parent)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    for target, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
        os.dup2(source, target)
    for below, above in pairwise([2, *sorted(inherited), resource.getrlimit(resource.RLIMIT_NOFILE)[0]]):
        os.closerange(below + 1, above)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w", buffering=1), os.fdopen(2, "w", buffering=1)


def _set_environment(environment: Mapping[str, str]) -> None:
    """Use this environment, and do not look for code in the current folder unless PYTHONPATH names it."""
    os.environ.clear()
    os.environ.update(environment)
    allowed = environment.get("PYTHONPATH", "").split(os.pathsep)
    unsafe = {"", str(Path.cwd())} - set(allowed)
    sys.path[:] = [each for each in sys.path if each not in unsafe]
    sys.path.extend(each for each in allowed if each and each not in sys.path)


def _exit(problem: BaseException) -> NoReturn:
    """End as the interpreter would, without running what the parent has registered for its own end."""
    status: object = 1
    if isinstance(problem, SystemExit):
        status = problem.code
        if status is not None and not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
    else:
        traceback.print_exception(problem)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status if isinstance(status, int) else 0)
