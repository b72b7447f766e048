"""Ties a process to its parent, so that nothing goes on working for somebody who is gone."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Call this first in a child, with its parent's process id: the kernel kills the child when the parent dies.

    Linux only; elsewhere nothing happens. The tie is to the parent's *thread* that forked, and is lost by a fork.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the tie was made
        os.kill(os.getpid(), signal.SIGKILL)
