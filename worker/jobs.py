"""Runs the jobs of `moderation/jobs.py`: finds the function of each, and calls it until its work is done."""

from collections.abc import Callable
from importlib import import_module

from moderation.jobs import JobSpec, jobs_of
from moderation.process.heartbeat import beating
from worker.context import Context
from worker.draining import drain

_prepared: list[Context] = []


def prepare(context: Context, role: str) -> None:
    """Set what the jobs of this process work with, and import them. Called once, before any fork."""
    _prepared[:] = [context]
    for job in jobs_of(role):
        function_of(job)


def function_of(job: JobSpec) -> Callable[[Context], int]:
    """The function that does one batch of the job's work. Imported late: only the scoring worker needs numpy."""
    module, _, name = job.run.rpartition(".")
    found: Callable[[Context], int] = getattr(import_module(module), name)
    return found


def run(job: JobSpec) -> int:
    """Answer the job's bell: work until nothing is left. Returns the sum of what was done."""
    [context] = _prepared
    work = function_of(job)
    with beating():
        return drain(context, job.name, lambda: work(context))
