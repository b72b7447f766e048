"""A worker that does one job at a time of its own clock, and may be killed at a failpoint."""

import multiprocessing
from collections.abc import Mapping
from datetime import datetime

from moderation.config.settings import Settings
from moderation.jobs import job_named
from moderation.process import failpoints
from moderation.store import Store
from moderation.store.sealing import Sealer
from tests.builders import RecordingDispatch
from tests.waiting import LIMIT_S
from worker.context import Context
from worker.jobs import function_of

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.one_job", "worker.deliver", "worker.digest", "worker.author_mail"])


def run_job(environment: Mapping[str, str], name: str, *, at: datetime) -> None:
    """Do this job until nothing is left."""
    settings = Settings.from_env(environment)
    store = Store(settings.database_url, Sealer(settings.secret))
    context = Context(settings, store, RecordingDispatch(), now=lambda: at)  # type: ignore[arg-type]
    run = function_of(job_named(name))
    while run(context):
        pass
    store.close()


def run_job_killed_at(failpoint: str, environment: Mapping[str, str], name: str, *, at: datetime) -> bool:
    """Do this job in a process of its own, which is killed when it comes to the failpoint. Returns whether it was."""
    child = _FORKS.Process(target=_armed, args=(failpoint, dict(environment), name, at))
    child.start()
    child.join(LIMIT_S)
    assert child.exitcode in (0, -9), f"The job {name} ended with {child.exitcode}."
    return child.exitcode == -9


def _armed(failpoint: str, environment: Mapping[str, str], name: str, at: datetime) -> None:
    failpoints._ARMED = failpoint
    run_job(environment, name, at=at)
