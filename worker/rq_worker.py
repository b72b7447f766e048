"""RQ, made safe and quiet: jobs are JSON, only our own functions run, one queue to a process."""

from typing import Any

from redis.client import Pipeline
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker_registration import register

from moderation.dispatch import JOBS, connect, queue_of
from worker.context import Context

MAINTENANCE_S = 30
TTL_S = 30
"""RQ says every 15 seconds less than this that an idle worker lives, and forgets it a minute and this later."""


class UnknownJob(Exception):
    """Raised when Redis holds a job that is none of ours. It is not run."""


class ListedJob(Job):  # type: ignore[misc, unused-ignore]
    """A job that runs only what `dispatch.JOBS` lists, without arguments, callbacks or webhooks.

    JSON alone is not enough: RQ imports and calls whatever name a job carries, and whoever reaches Redis could
    write one.
    """

    def restore(self, raw_data: Any) -> Any:
        """Read the job from Redis, and drop everything in it that could make RQ call or post something else."""
        restored = super().restore(raw_data)
        self.webhooks = []
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self._success_callback = self._failure_callback = self._stopped_callback = None  # type: ignore[assignment]
        return restored

    @property
    def func(self) -> Any:
        """The function. Raises UnknownJob."""
        if self.func_name not in JOBS.values() or self.instance or self.args or self.kwargs:
            raise UnknownJob("This job is not one that a worker may run.")
        return super().func


class QuietWorker(Worker):  # type: ignore[misc, unused-ignore]
    """One worker process for one bell. It forks for each job, so a crash costs a child and never the worker."""

    max_connection_wait_time = 5.0
    log_result_lifespan = False

    def __init__(self, bell: str, context: Context) -> None:
        redis = connect(context.settings.redis_url, is_patient=True)
        super().__init__(
            [queue_of(bell, redis, job_class=ListedJob)],
            connection=redis,
            job_class=ListedJob,
            serializer=JSONSerializer,
            worker_ttl=TTL_S,
            maintenance_interval=MAINTENANCE_S,
            log_job_description=False,
        )
        self._stop_flag = context.stop

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Show that it lives, and for which bell: RQ would say the latter once, and a flushed Redis forgets it."""
        super().heartbeat(timeout, pipeline)
        register(self, pipeline)

    def handle_warm_shutdown_request(self) -> None:
        """Tell the running job that it should come to its end."""
        self._stop_flag.raise_it()
