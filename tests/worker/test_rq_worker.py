"""The worker that RQ runs, on a real Valkey."""

import pytest
from rq import Callback
from rq.serializers import JSONSerializer

from moderation.config.settings import Settings
from moderation.dispatch import JOBS, listeners
from tests.builders import NOON, RecordingDispatch
from worker.context import Context
from worker.rq_worker import ListedJob, QuietWorker, UnknownJob


@pytest.fixture
def worker(valkey, sqlite_store, tmp_path):
    """A worker that was born and listens for scoring."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path), "REJOINDER_REDIS_URL": valkey})
    worker = QuietWorker("scoring", Context(settings, sqlite_store, RecordingDispatch(), lambda: NOON))
    worker.register_birth()
    yield worker
    worker.connection.close()


@pytest.fixture
def heard(valkey):
    """How many workers answer each bell, as `/ready` sees it."""
    return lambda: listeners(valkey)


def test_a_worker_is_known_by_its_bell(worker, heard):
    assert heard() == {"scoring": 1, "delivery": 0}


def test_after_a_flush_a_worker_is_known_again_with_its_next_heartbeat(worker, heard):
    worker.connection.flushall()
    after_the_flush = heard()

    worker.heartbeat()

    assert (after_the_flush, heard()) == ({"scoring": 0, "delivery": 0}, {"scoring": 1, "delivery": 0})


def test_a_busy_worker_is_known_again_too(worker, heard):
    worker.connection.flushall()

    with worker.connection.pipeline() as pipeline:
        worker.heartbeat(90, pipeline)
        pipeline.execute()

    assert heard()["scoring"] == 1


def test_the_next_heartbeat_is_seconds_away(worker):
    assert worker.dequeue_timeout <= 15


@pytest.fixture
def fetched(worker):
    """A job as a worker finds it in Redis: `fetched("os.mkdir", "a folder")`."""

    def fetched(*told, **options):
        job = worker.queues[0].enqueue(*told, **options)
        return ListedJob.fetch(job.id, connection=worker.connection, serializer=JSONSerializer)

    return fetched


@pytest.mark.parametrize(
    "told", [("os.getcwd",), ("worker.jobs.prepare",), (JOBS["scoring"], 1)], ids=["elsewhere", "not listed", "told"]
)
def test_a_job_that_is_none_of_ours_is_not_run(fetched, told):
    with pytest.raises(UnknownJob):
        fetched(*told).perform()


def test_a_job_calls_nothing_when_it_ends(fetched):
    away = Callback("os.getcwd")

    job = fetched(JOBS["scoring"], on_success=away, on_failure=away, on_stopped=away)

    assert [job.success_callback, job.failure_callback, job.stopped_callback] == [None] * 3
