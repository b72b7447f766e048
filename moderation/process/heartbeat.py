"""Shows a supervisor that this process works: bytes in a pipe that was inherited from it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIPE_VARIABLE = "REJOINDER_HEARTBEAT_FD"
"""The environment variable that holds the pipe's descriptor; not set when nobody watches."""

BEAT_S = 1.0


def beat() -> None:
    """Show that this process works. Does nothing when nobody watches or the pipe is full."""
    if pipe := os.environ.get(PIPE_VARIABLE):
        with suppress(OSError):
            os.write(int(pipe), b".")


@contextmanager
def beating() -> Iterator[None]:
    """Beat from a thread for as long as the block runs, which may be long. A stopped process does not beat."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(ended,), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat_until(ended: threading.Event) -> None:
    beat()
    while not ended.wait(BEAT_S):
        beat()
