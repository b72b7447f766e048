"""Starts jobs: rings again for due work that no worker has claimed, and starts periodic jobs."""

import logging
import threading
import time
from datetime import datetime

from moderation import jobs
from moderation.dispatch import connect
from moderation.errors import StoreBusy
from moderation.jobs import SWEEPER, JobSpec
from moderation.process.heartbeat import beating
from worker.context import Context
from worker.jobs import function_of
from worker.redis_repair import repair

SLICE_S = 1.0
"""How long a sweep may work on one job, because the bells of the others wait."""

PAUSE_S = 0.5
"""How long it rests while a job has more to do, so that others can write meanwhile."""

log = logging.getLogger("rejoinder.sweep")


class Sweeper:
    """Remembers when each periodic job was started last: not at all when the process starts, so each runs then.

    With several sweepers, or after a restart, a periodic job runs more often than its `every`.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._started_at: dict[str, datetime] = {}
        self._unfinished: set[str] = set()

    @property
    def has_more(self) -> bool:
        """Whether the work of a job did not end in its slice."""
        return bool(self._unfinished)

    def sweep(self) -> None:
        """Start every job that is due."""
        at = self._context.now()
        for job in jobs.JOBS:
            try:
                if job.name in self._unfinished:
                    self._work_on(job)
                elif self._is_due(job, at):
                    self._start(job)
                    self._started_at[job.name] = at
            except StoreBusy as problem:  # tried again with the next sweep
                cause = type(problem.__cause__ or problem).__name__
                log.warning("job not started job=%s problem=%s", job.name, cause)
            except Exception:  # one job that fails must not stop the others
                log.exception("job failed job=%s", job.name)
                self._started_at[job.name] = at
                self._unfinished.discard(job.name)

    def _is_due(self, job: JobSpec, at: datetime) -> bool:
        if job.every is not None:
            started_at = self._started_at.get(job.name)
            return started_at is None or at - started_at >= job.every
        if job.pending is None:
            return False
        with self._context.store.read() as uow:
            pending = job.pending(uow, at)
        if pending:
            level = logging.DEBUG if job.only_swept else logging.INFO
            log.log(level, "ringing again bell=%s waiting=%d", job.name, pending)
        return pending > 0

    def _start(self, job: JobSpec) -> None:
        if job.role == SWEEPER:
            self._work_on(job)
        else:
            self._context.doorbell.ring(job.name)

    def _work_on(self, job: JobSpec) -> None:
        """Do batches of the job's work for a while; the next sweep goes on with it if there is more."""
        work, until = function_of(job), time.monotonic() + SLICE_S
        while work(self._context):
            if time.monotonic() >= until:
                self._unfinished.add(job.name)
                return
        self._unfinished.discard(job.name)


def sweep_until(context: Context, stopped: threading.Event) -> None:
    """Repair Redis and sweep every few seconds until stopped."""
    sweeper = Sweeper(context)
    with beating(), connect(context.settings.redis_url) as redis:
        while not stopped.is_set():
            repair(redis)
            sweeper.sweep()
            stopped.wait(min(PAUSE_S, context.settings.sweep_s) if sweeper.has_more else context.settings.sweep_s)
