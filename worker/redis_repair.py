"""Deletes keys in Redis that cannot be used: of the wrong type, or without the expiry that they must have.

Nothing in Redis is needed: what is deleted is written again, and the sweeper rings for all work that waits.
"""

import logging
from collections.abc import Iterator

from redis import Redis
from redis.exceptions import RedisError
from rq.job import Job
from rq.registry import (
    CanceledJobRegistry,
    DeferredJobRegistry,
    FailedJobRegistry,
    FinishedJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)
from rq.worker_registration import REDIS_WORKER_KEYS, WORKERS_BY_QUEUE_KEY

from moderation import jobs
from moderation.dispatch import bell_key, queue_of

MAX_JOBS = 1000
"""How many waiting jobs are looked at in each list. There is rarely more than one."""

_REGISTRIES = (
    CanceledJobRegistry,
    DeferredJobRegistry,
    FailedJobRegistry,
    FinishedJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)

log = logging.getLogger("rejoinder.worker")


def repair(redis: Redis) -> list[str]:
    """Delete every unusable key of ours; returns and logs their names. Does nothing while Redis cannot be used."""
    try:
        damaged = [*_of_wrong_type(redis, _types(redis)), *_without_expiry(redis)]
        damaged += _of_wrong_type(redis, _waiting_jobs(redis, damaged))
        if damaged:
            redis.delete(*damaged)
    except RedisError:
        return []
    for key in damaged:
        log.error("unusable key deleted from redis key=%s", key)
    return damaged


def _of_wrong_type(redis: Redis, wanted: dict[str, str]) -> list[str]:
    with redis.pipeline(transaction=False) as pipeline:
        for key in wanted:
            pipeline.type(key)
        found = dict(zip(wanted, (each.decode() for each in pipeline.execute()), strict=True))
    return [key for key, type_ in wanted.items() if found[key] not in (type_, "none")]


def _without_expiry(redis: Redis) -> list[str]:
    """Keys that mute somebody for as long as they exist: bells, and RQ's lock for its maintenance."""
    keys = [*(bell_key(job.name) for job in jobs.JOBS), *(f"rq:clean_registries:{role}" for role in jobs.queues())]
    with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            pipeline.ttl(key)
        return [key for key, seconds in zip(keys, pipeline.execute(), strict=True) if seconds == -1]


def _types(redis: Redis) -> dict[str, str]:
    """The keys of the queues with the types that they must have."""
    types = {"rq:queues": "set", REDIS_WORKER_KEYS: "set"}
    for role in jobs.queues():
        queue = queue_of(role, redis)
        types |= {queue.key: "list", queue.intermediate_queue_key: "list", WORKERS_BY_QUEUE_KEY % role: "set"}
        types |= {kind.key_template.format(role): "zset" for kind in _REGISTRIES}
    return types


def _waiting_jobs(redis: Redis, damaged: list[str]) -> dict[str, str]:
    return {Job.key_for(each): "hash" for each in _waiting_ids(redis, damaged)}


def _waiting_ids(redis: Redis, damaged: list[str]) -> Iterator[str]:
    for role in jobs.queues():
        queue = queue_of(role, redis)
        for key in {queue.key, queue.intermediate_queue_key} - {*damaged}:
            yield from (
                str(each, "utf-8", "replace") for each in redis.lrange(key, 0, MAX_JOBS) if isinstance(each, bytes)
            )
