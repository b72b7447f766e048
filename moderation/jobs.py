"""Every background job, one row each. The doorbell, the workers, the sweeper, `/ready`, metrics and doctor read this.

To add a job, add its row here and the function that `run` names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from moderation.lessons import FEWEST_NEW

if TYPE_CHECKING:
    from moderation.store import UnitOfWork

SWEEPER = "sweep"
"""The role of the process that starts jobs. It runs the short jobs of this role itself, without Redis."""

PATIENCE = timedelta(seconds=2)
"""How long a comment may wait before the sweeper rings for it again."""

Pending = Callable[["UnitOfWork", datetime], int]


@dataclass(frozen=True, slots=True)
class JobSpec:
    """name: also that of its bell. run: the dotted path of a function that takes the worker's Context, does one batch
    of the work and returns how much it did; it is called until it returns 0. role: the kind of worker process that
    runs it; one role is one RQ queue.

    pending: how much work waits in the tables that no worker holds; the sweeper rings when there is any. every: for a
    periodic job, the time from one run to the next. A job has one of the two. warm_up: looks that each run begins
    with, so that their statements are compiled before a worker forks. needs_model: whether it uses the classifier.
    only_swept: nobody but the sweeper rings for it, so a ring is no sign that one was lost.
    """

    name: str
    run: str
    role: str
    pending: Pending | None = None
    every: timedelta | None = None
    warm_up: Callable[["UnitOfWork", datetime], object] = lambda uow, at: None
    needs_model: bool = False
    only_swept: bool = False


def _warm_up_scoring(uow: "UnitOfWork", at: datetime) -> None:
    uow.comments.any_unclaimed(at=at)
    uow.comments.histories([])


JOBS: tuple[JobSpec, ...] = (
    JobSpec(
        name="scoring",
        run="worker.scoring.score_waiting",
        role="scoring",
        pending=lambda uow, at: uow.comments.count_unclaimed(before=at - PATIENCE, at=at),
        warm_up=_warm_up_scoring,
        needs_model=True,
    ),
    JobSpec(
        name="delivery",
        run="worker.deliver.send_due",
        role="delivery",
        pending=lambda uow, at: uow.delivery_queue.count_due(at=at),
        warm_up=lambda uow, at: uow.delivery_queue.any_due(at=at),
    ),
    JobSpec(
        name="learning",
        run="worker.learning.learn_next",
        role="scoring",
        pending=lambda uow, at: int(uow.lessons.any_unread() or bool(uow.learning_progress.due(fewest=FEWEST_NEW))),
        warm_up=lambda uow, at: uow.lessons.any_unread(),
        needs_model=True,
        only_swept=True,
    ),
    JobSpec(name="indexing", run="worker.indexing.index_new", role=SWEEPER, every=timedelta(seconds=2)),
    JobSpec(name="bulk", run="worker.bulk.carry_out", role=SWEEPER, every=timedelta(seconds=1)),
    JobSpec(name="index-check", run="worker.indexing.check_index", role=SWEEPER, every=timedelta(hours=1)),
    JobSpec(name="automation", run="worker.automation.count_verdicts", role=SWEEPER, every=timedelta(seconds=2)),
    JobSpec(name="spot-checks", run="worker.automation.check_answers", role=SWEEPER, every=timedelta(hours=1)),
    JobSpec(name="import", run="worker.importing.import_next", role=SWEEPER, every=timedelta(seconds=2)),
    JobSpec(name="import-cleanup", run="worker.importing.forget_old", role=SWEEPER, every=timedelta(hours=1)),
    JobSpec(name="cleanup", run="worker.cleanup.delete_expired", role=SWEEPER, every=timedelta(hours=1)),
    JobSpec(name="digest", run="worker.digest.make_digests", role=SWEEPER, every=timedelta(minutes=1)),
    JobSpec(name="erasures", run="worker.erasures.keep_list", role=SWEEPER, every=timedelta(minutes=1)),
    JobSpec(name="author-mail", run="worker.author_mail.tell_authors", role=SWEEPER, every=timedelta(seconds=15)),
    JobSpec(name="retention", run="worker.retention.destroy_some", role=SWEEPER, every=timedelta(days=1)),
    JobSpec(name="checks", run="worker.cleanup.purge_checks", role=SWEEPER, every=timedelta(hours=1)),
)


def job_named(name: str) -> JobSpec:
    """The job of this name. Raises KeyError."""
    return {job.name: job for job in JOBS}[name]


def jobs_of(role: str) -> list[JobSpec]:
    """The jobs that a process of this role runs."""
    return [job for job in JOBS if job.role == role]


def queues() -> list[str]:
    """The roles whose jobs come by RQ, each with a queue of its name."""
    return list(dict.fromkeys(job.role for job in JOBS if job.role != SWEEPER))


def roles() -> list[str]:
    """Every kind of worker process; the sweeper last."""
    return [*queues(), SWEEPER]
