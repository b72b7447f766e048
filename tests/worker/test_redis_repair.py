"""Damaged keys in a real Valkey: none of them stops a worker for good."""

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from moderation import jobs
from moderation.dispatch import Doorbell, bell_key, queue_of
from worker.redis_repair import repair

EXPIRING = [*(bell_key(job.name) for job in jobs.JOBS), "rq:clean_registries:scoring"]
KEYS = [
    "rq:queues",
    "rq:workers",
    *(
        key.format(role)
        for role in jobs.queues()
        for key in (
            "rq:queue:{}",
            "rq:queue:{}:intermediate",
            "rq:workers:{}",
            "rq:wip:{}",
            "rq:failed:{}",
            "rq:finished:{}",
            "rq:deferred:{}",
            "rq:scheduled:{}",
            "rq:canceled:{}",
        )
    ),
]


@pytest.fixture
def redis(valkey):
    with Redis.from_url(valkey) as redis:
        yield redis


@pytest.fixture
def doorbell(valkey):
    doorbell = Doorbell(valkey)
    yield doorbell
    doorbell.redis.close()


@pytest.mark.parametrize("key", [*KEYS, *EXPIRING])
def test_a_key_that_somebody_overwrote_is_deleted(redis, key, caplog):
    redis.set(key, "x")

    assert repair(redis) == [key]
    assert not redis.exists(key)
    assert f"key={key}" in caplog.text


def test_the_keys_of_a_working_installation_are_left_alone(redis, doorbell):
    doorbell.ring("scoring")

    assert repair(redis) == []
    assert len(queue_of("scoring", redis)) == 1


def test_a_waiting_job_of_the_wrong_type_is_deleted(redis, doorbell):
    doorbell.ring("scoring")
    [job_id] = queue_of("scoring", redis).job_ids
    redis.set(f"rq:job:{job_id}", "x")

    assert repair(redis) == [f"rq:job:{job_id}"]


def test_after_the_repair_a_ring_reaches_the_queue(redis, doorbell):
    redis.set("rq:queue:scoring", "x")
    with pytest.raises(ResponseError):
        redis.llen("rq:queue:scoring")

    repair(redis)
    doorbell.ring("scoring")

    assert redis.llen("rq:queue:scoring") == 1


def test_a_redis_that_cannot_be_used_is_not_repaired():
    with Redis(port=9, retry=None) as redis:
        assert repair(redis) == []
