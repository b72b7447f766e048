"""Answers a bell: works until nothing is left, waits a moment for more, and misses no ring in between."""

import logging
import time
from collections.abc import Callable

from moderation.errors import StoreBusy
from worker.context import Context

DRAIN_S = 20.0
LINGER_S = 1.0
PAUSE_S = 0.01

log = logging.getLogger("rejoinder.worker")


def drain(context: Context, bell: str, work: Callable[[], int]) -> int:
    """Call `work` until it finds nothing to do for a second; returns the sum of what it did.

    Waiting a moment is cheaper than a fork for every comment. The bell is silenced before the last look, so a ring
    after that look starts a new job. After DRAIN_S another job takes over, so that RQ sees progress. A failure of the
    database ends the job; the sweeper rings again.
    """
    try:
        return _drained(context, bell, work)
    except StoreBusy as problem:
        log.warning("%s put off problem=%s", bell, type(problem.__cause__ or problem).__name__)
        context.doorbell.silence(bell)
        return 0


def _drained(context: Context, bell: str, work: Callable[[], int]) -> int:
    done = 0
    began = busy = time.monotonic()
    while not context.stop.is_raised and time.monotonic() - began < DRAIN_S:
        found = work()
        if found:
            done, busy = done + found, time.monotonic()
        elif time.monotonic() - busy < LINGER_S:
            time.sleep(PAUSE_S)
        else:
            context.doorbell.silence(bell)
            found = work()
            if not found:
                return done
            done, busy = done + found, time.monotonic()
    context.doorbell.silence(bell)
    context.doorbell.ring(bell)
    return done
