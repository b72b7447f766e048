"""`python -m worker ROLE`: one worker process, of a role in `moderation/jobs.py`."""

import logging
import os
import signal
import sys
import threading

from moderation.config.settings import Settings
from moderation.dispatch import RedisProblem, note_failed_start, note_start
from moderation.errors import ModerationError
from moderation.jobs import SWEEPER, jobs_of, roles
from moderation.process import logs
from moderation.process.gc_tuning import freeze_gc
from moderation.process.umask import keep_files_private
from worker.context import Context, make_context
from worker.jobs import prepare
from worker.redis_repair import repair
from worker.rq_worker import QuietWorker
from worker.sweep import sweep_until

log = logging.getLogger("rejoinder.worker")


def main(*arguments: str) -> int:
    """Run one role until SIGTERM or SIGINT. Returns the exit status: 0 when asked to stop, 2 for a wrong call."""
    if len(arguments) != 1 or arguments[0] not in roles():
        print(f"usage: python -m worker {'|'.join(roles())}", file=sys.stderr)
        return 2
    [role] = arguments
    keep_files_private()
    settings: Settings | None = None
    try:
        settings = Settings.from_env(os.environ)
        logs.configure(settings.log_level)
        context = make_context(settings, with_scorer=any(job.needs_model for job in jobs_of(role)))
    except (ModerationError, ValueError) as problem:
        print(f"worker {role}: {problem}", file=sys.stderr)
        if settings is not None:
            note_failed_start(settings.redis_url, role)
        return 1
    log.info("worker started role=%s", role)
    note_start(context.doorbell.redis, role)
    repair(context.doorbell.redis)
    try:
        return sweep_forever(context) if role == SWEEPER else answer_bells(role, context)
    except RedisProblem as problem:
        log.error(
            "redis cannot be used role=%s problem=%s; `rejoinder doctor` says more", role, type(problem).__name__
        )
        return 1


def answer_bells(role: str, context: Context) -> int:
    """Run RQ's loop for the jobs of one role. Statements are compiled before the fork, connections made after it."""
    warm_up(role, context)
    prepare(context, role)
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    freeze_gc()
    worker = QuietWorker(role, context)
    for job in jobs_of(role):
        context.doorbell.ring(job.name)  # there may be work from before this start
    worker.work(logging_level="WARNING")
    return 0 if context.stop.is_raised else 1


def sweep_forever(context: Context) -> int:
    """Sweep until a signal comes."""
    stopped = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stopped.set())
    sweep_until(context, stopped)
    return 0


def warm_up(role: str, context: Context) -> None:
    """Run each job's first statements once, so that children find them compiled; then close the connections."""
    try:
        with context.store.read() as uow:
            for job in jobs_of(role):
                job.warm_up(uow, context.now())
    except ModerationError as problem:
        log.warning("warm-up failed problem=%s", type(problem.__cause__ or problem).__name__)
    context.store.close()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
