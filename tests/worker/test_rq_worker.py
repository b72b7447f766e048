"""The worker that RQ runs, on a real Valkey."""

import pytest
from rq import Callback
from rq.serializers import JSONSerializer

from moderation.config.settings import Settings
from moderation.dispatch import listeners
from moderation.jobs import job_named
from tests.builders import NOON, RecordingDispatch
from worker.context import Context
from worker.rq_worker import ListedJob, QuietWorker, UnknownJob


@pytest.fixture
def worker(valkey, sqlite_store, tmp_path):
    """A registered worker for the queue `scoring`."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path), "REJOINDER_REDIS_URL": valkey})
    worker = QuietWorker("scoring", Context(settings, sqlite_store, RecordingDispatch(), lambda: NOON))
    worker.register_birth()
    yield worker
    worker.connection.close()


@pytest.fixture
def counts(valkey):
    """How many workers each queue has, as `/ready` sees it."""
    return lambda: listeners(valkey)


def test_a_worker_is_counted_for_its_queue(worker, counts):
    assert counts() == {"scoring": 1, "delivery": 0}


def test_after_a_flush_a_worker_is_counted_again_with_its_next_heartbeat(worker, counts):
    worker.connection.flushall()
    after_the_flush = counts()

    worker.heartbeat()

    assert (after_the_flush, counts()) == ({"scoring": 0, "delivery": 0}, {"scoring": 1, "delivery": 0})


def test_a_busy_worker_is_counted_again_too(worker, counts):
    worker.connection.flushall()

    with worker.connection.pipeline() as pipeline:
        worker.heartbeat(90, pipeline)
        pipeline.execute()

    assert counts()["scoring"] == 1


def test_the_next_heartbeat_is_seconds_away(worker):
    assert worker.dequeue_timeout <= 15


@pytest.fixture
def fetched(worker):
    """A job as a worker reads it from Redis: `fetched("os.mkdir", "a folder")`."""

    def fetched(*function, **options):
        job = worker.queues[0].enqueue(*function, **options)
        return ListedJob.fetch(job.id, connection=worker.connection, serializer=JSONSerializer)

    return fetched


@pytest.mark.parametrize(
    "function",
    [("os.getcwd",), ("worker.jobs.prepare",), (job_named("delivery").run,), (job_named("scoring").run, 1)],
    ids=["elsewhere", "not listed", "of another queue", "with an argument"],
)
def test_an_unknown_job_is_not_run(fetched, function):
    with pytest.raises(UnknownJob):
        fetched(*function).perform()


def test_a_job_calls_nothing_when_it_ends(fetched):
    away = Callback("os.getcwd")

    job = fetched(job_named("scoring").run, on_success=away, on_failure=away, on_stopped=away)

    assert [job.success_callback, job.failure_callback, job.stopped_callback] == [None] * 3
