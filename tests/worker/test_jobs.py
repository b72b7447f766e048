"""A new job takes one row and one function: every program that deals with jobs then knows it."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
from rq.serializers import JSONSerializer

from moderation import jobs
from moderation.config.settings import Settings
from moderation.dispatch import Doorbell, RedisState, listeners, queue_of
from moderation.jobs import JobSpec
from service.api import health
from service.app import create_app
from service.process.health_checks import worker_findings
from service.process.programs import worker_programs
from tests.builders import NOON, RecordingDispatch
from worker import __main__ as program
from worker import draining
from worker.context import Context
from worker.jobs import prepare
from worker.rq_worker import ListedJob, QuietWorker
from worker.sweep import Sweeper

LEFT = 3


@pytest.fixture
def settings(valkey, tmp_path):
    return Settings.from_env({"REJOINDER_HOME": str(tmp_path), "REJOINDER_REDIS_URL": valkey})


@pytest.fixture
def context(settings, sqlite_store):
    """A worker at noon."""
    return Context(settings, sqlite_store, RecordingDispatch(), lambda: NOON)


@pytest.fixture
def digests(monkeypatch):
    """The job `digest`, installed with a role of its own; the contexts of its runs, each of which does one piece."""
    runs = []

    def send_digests(context):
        runs.append(context)
        return 1 if len(runs) <= LEFT else 0

    digest = JobSpec("digest", "worker.digests.send", "digest", pending=lambda uow, at: LEFT - min(len(runs), LEFT))
    monkeypatch.setitem(sys.modules, "worker.digests", SimpleNamespace(send=send_digests))
    monkeypatch.setattr(jobs, "JOBS", (*jobs.JOBS, digest))
    monkeypatch.setattr(draining, "LINGER_S", 0.0)
    return runs


def test_its_bell_is_answered_by_its_function_until_nothing_is_left(digests, settings, context):
    doorbell = Doorbell(settings.redis_url)
    at_work = replace(context, doorbell=doorbell)
    prepare(at_work, "digest")

    doorbell.ring("digest")

    [queued] = queue_of("digest", doorbell.redis).jobs
    fetched = ListedJob.fetch(queued.id, connection=doorbell.redis, serializer=JSONSerializer)
    assert fetched.perform() == LEFT
    assert set(map(id, digests)) == {id(at_work)}
    doorbell.redis.close()


def test_the_sweeper_rings_while_work_is_pending(digests, context):
    Sweeper(context).sweep()
    digests += [context] * LEFT
    Sweeper(context).sweep()

    assert context.doorbell.rings == ["digest"]


def test_its_role_is_a_worker_program_that_the_supervisor_runs(digests, settings, capsys):
    assert program.main([]) == 2
    assert "scoring|delivery|digest|sweep" in capsys.readouterr().err
    assert [each.run[-1] for each in worker_programs(settings)] == ["scoring", "delivery", "digest", "sweep"]


def test_its_workers_are_counted_by_ready_and_doctor(digests, settings, context, sqlite_store, monkeypatch):
    worker = QuietWorker("digest", context)
    worker.register_birth()
    counts = listeners(settings.redis_url)
    worker.connection.close()
    state = RedisState(workers={"scoring": 1, "delivery": 1, "digest": 0})
    monkeypatch.setattr(health, "redis_state", lambda url: state)
    app = create_app(settings, store=sqlite_store, dispatch=RecordingDispatch(), now=lambda: NOON)

    with app.test_client() as client:
        reasons = client.get("/ready").get_json()["reasons"]

    assert counts == {"scoring": 0, "delivery": 0, "digest": 1}
    assert [each["part"] for each in reasons] == ["digest"]
    assert [remedy == "" for *_, remedy in map(_fields, worker_findings(counts))] == [False, False, True]


def _fields(finding):
    return [getattr(finding, name) for name in finding.__slots__]


def test_its_pending_work_is_a_metric(digests, settings, sqlite_store):
    app = create_app(settings, store=sqlite_store, dispatch=RecordingDispatch(), now=lambda: NOON)

    with app.test_client() as client:
        metrics = client.get("/metrics").text

    assert f'rejoinder_jobs_pending{{job="digest"}} {float(LEFT)}' in metrics
