"""RQ, made safe and quiet: jobs are JSON, only listed functions run, one queue per process."""

from functools import partial
from typing import Any

from redis import Redis
from redis.client import Pipeline
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker_registration import register

from moderation import jobs
from moderation.dispatch import connect, queue_of
from moderation.process.heartbeat import beat
from moderation.process.parent_death import die_with_parent
from worker.context import Context
from worker.jobs import run

MAINTENANCE_S = 30
BEAT_S = 2
"""How often a worker sends its heartbeat, idle or not."""

ALIVE_S = 8
"""How long after its last heartbeat a worker counts as alive."""


class UnknownJob(Exception):
    """Raised when Redis holds a job that is not listed. It is not run."""


class ListedJob(Job):  # type: ignore[misc, unused-ignore]
    """A job that runs only what `jobs.JOBS` lists, without arguments, callbacks or webhooks.

    JSON alone is not enough: RQ imports and calls any name that a job contains, and everybody who reaches Redis can
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
        listed = {job.run: job for job in jobs.JOBS if job.role == self.origin}
        if self.func_name not in listed or self.instance or self.args or self.kwargs:
            raise UnknownJob("This job is not one that this worker may run.")
        return partial(run, listed[self.func_name])


class QuietWorker(Worker):  # type: ignore[misc, unused-ignore]
    """One worker process for the queue of one role. It forks for each job, so a crash never ends the worker."""

    max_connection_wait_time = 5.0
    log_result_lifespan = False

    def __init__(self, role: str, context: Context) -> None:
        redis = connect(context.settings.redis_url, is_patient=True)
        super().__init__(
            [queue_of(role, redis, job_class=ListedJob)],
            connection=redis,
            job_class=ListedJob,
            serializer=JSONSerializer,
            worker_ttl=15 + BEAT_S,  # RQ waits for a job 15 seconds less than this
            job_monitoring_interval=BEAT_S,
            maintenance_interval=MAINTENANCE_S,
            log_job_description=False,
        )
        self._stop_flag = context.stop

    def _set_ip_address(self, connection: Redis) -> None:
        """Do not ask Redis for this client's address: nobody reads it, and a socket's path may break the parser."""
        self.ip_address = "unknown"

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Show that it lives, and which queue it serves: RQ writes the latter once, and a flushed Redis loses it.

        While a job runs, only the job's process beats for the supervisor: this one would go on if that one hung.
        """
        if not self._horse_pid:
            beat()
        super().heartbeat(timeout, pipeline)
        (self.connection if pipeline is None else pipeline).expire(self.key, ALIVE_S)
        register(self, pipeline)

    def procline(self, message: str) -> None:
        """Keep the title of the process, which is its name."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run a job in the forked process, which must not outlive this worker."""
        die_with_parent(self.pid or 0)
        super().main_work_horse(job, queue)

    def handle_warm_shutdown_request(self) -> None:
        """Ask the running job to finish."""
        self._stop_flag.raise_it()
