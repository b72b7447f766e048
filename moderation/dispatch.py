"""The doorbell: signals the workers that there is work in the tables. It carries no data, and may be lost."""

import logging
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from redis import Redis
from redis.exceptions import NoPermissionError, OutOfMemoryError, ReadOnlyError, RedisError, ResponseError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.suspension import WORKERS_SUSPENDED

from moderation import jobs

BELL_S = 2
JOB_TIMEOUT_S = 60
REDIS_TIMEOUT_S = 0.25
GATHER_S = 0.05

OPTIONS = frozenset(
    (
        "client_name",
        "db",
        "health_check_interval",
        "password",
        "protocol",
        "socket_connect_timeout",
        "socket_keepalive",
        "socket_timeout",
        "username",
    )
)
"""The options that a Redis URL may have, beside ssl_…; the client has more, but cannot read them from text."""

RedisProblem = RedisError
"""What a client raises when Redis cannot be used, for modules that may not import its package."""

log = logging.getLogger("rejoinder.dispatch")


class Dispatch(Protocol):
    """Anything that can ring."""

    def ring(self, bell: str) -> None:
        """Signal that there is work for the job of this name. Returns at once and never fails: the sweeper rings
        again."""


class Doorbell:
    """Rings over Redis. A bell that still rings is not rung again, so a flood of comments costs one RQ job.

    The RQ job takes no arguments: the tables say what there is to do.
    """

    def __init__(self, redis_url: str) -> None:
        self.redis = connect(redis_url)
        self._queues = {role: queue_of(role, self.redis) for role in jobs.queues()}

    def ring(self, bell: str) -> None:
        """Ring now. A slow or unreachable Redis costs at most a quarter of a second, and a line in the log."""
        job = jobs.job_named(bell)
        try:
            if self.redis.set(bell_key(bell), "1", nx=True, ex=BELL_S):
                self._queues[job.role].enqueue(
                    job.run, result_ttl=0, failure_ttl=60, job_timeout=JOB_TIMEOUT_S, ttl=BELL_S * 30
                )
        except RedisError as problem:
            log.warning("bell not rung bell=%s problem=%s", bell, type(problem).__name__)

    def silence(self, bell: str) -> None:
        """Let the bell be rung again. A worker does so before its last look for work, or it could miss a ring."""
        try:
            self.redis.delete(bell_key(bell))
        except RedisError as problem:
            log.warning("bell not silenced bell=%s problem=%s", bell, type(problem).__name__)


class Ringer:
    """Rings from its own thread, so that no request waits for Redis. Many rings at once become one."""

    def __init__(self, doorbell: Doorbell) -> None:
        self._doorbell = doorbell
        self._wanted: set[str] = set()
        self._wakes = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="ringer", daemon=True)
        self._thread.start()

    def ring(self, bell: str) -> None:
        """Ring soon."""
        with self._wakes:
            self._wanted.add(bell)
            self._wakes.notify()

    def close(self) -> None:
        """Ring what was requested, then stop."""
        with self._wakes:
            self._is_closed = True
            self._wakes.notify()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while True:
            with self._wakes:
                self._wakes.wait_for(lambda: self._wanted or self._is_closed)
                wanted, self._wanted = self._wanted, set()
                if self._is_closed and not wanted:
                    return
            for bell in sorted(wanted):
                self._doorbell.ring(bell)
            time.sleep(GATHER_S)  # requests of this time become one ring


def check_url(redis_url: str) -> None:
    """Raises ValueError for an option that is not in OPTIONS, or for a value that it cannot have."""
    names = parse_qs(urlsplit(redis_url).query, keep_blank_values=True)
    if not all(name in OPTIONS or name.startswith("ssl_") for name in names):
        raise ValueError(redis_url)
    try:
        connect(redis_url).connection_pool.make_connection()  # makes it, and connects to nothing
    except (TypeError, RedisError) as problem:
        raise ValueError(redis_url) from problem


def connect(redis_url: str, *, is_patient: bool = False) -> Redis:
    """A client for redis://, rediss:// or unix:// URLs. It gives up after a quarter of a second unless patient."""
    wait_s = None if is_patient else REDIS_TIMEOUT_S
    return Redis.from_url(redis_url, socket_timeout=wait_s, socket_connect_timeout=REDIS_TIMEOUT_S)


def queue_of(role: str, redis: Redis, *, job_class: type[Job] = Job) -> Queue:
    """The RQ queue of one role. Jobs are JSON: no pickle ever goes into or comes out of Redis."""
    return Queue(role, connection=redis, serializer=JSONSerializer, job_class=job_class)


@dataclass(frozen=True, slots=True)
class RedisState:
    """What Redis knows. problem: why it cannot be used as it is, in a sentence, or "".

    workers: how many live workers serve the queue of each role. failed_roles: those of which a worker could not start
    during the last minute.
    """

    problem: str = ""
    workers: Mapping[str, int] = field(default_factory=dict)
    failed_roles: frozenset[str] = frozenset()


def redis_state(redis_url: str) -> RedisState:
    """Look at Redis, and write to it. Never fails."""
    with connect(redis_url) as redis:
        try:
            redis.set(_PROBE_KEY, "1", ex=60)
            if problem := policy_problem(redis) or _suspension(redis):
                return RedisState(problem)
            failed = frozenset(role for role in jobs.roles() if redis.exists(_failed_start_key(role)))
            return RedisState("", _count_workers(redis), failed)
        except RedisError as error:
            return RedisState(_words_for(error))


def policy_problem(redis: Redis) -> str:
    """A sentence if this server may evict keys, "" if not or if it does not say. Raises RedisProblem."""
    try:
        policy = redis.info("memory").get("maxmemory_policy", "noeviction")
    except NoPermissionError:
        return ""
    if policy == "noeviction":
        return ""
    return f"Redis may drop keys (maxmemory-policy {policy}): set maxmemory-policy to noeviction."


def listeners(redis_url: str) -> dict[str, int] | None:
    """How many live workers serve the queue of each role; None when Redis cannot be reached."""
    with connect(redis_url) as redis:
        try:
            return _count_workers(redis)
        except RedisError:
            return None


def note_failed_start(redis_url: str, role: str) -> None:
    """Let `/ready` know for a minute that a worker of this role could not start, for instance without a model."""
    with connect(redis_url) as redis, suppress(RedisError):
        redis.set(_failed_start_key(role), "1", ex=60)


def note_start(redis: Redis, role: str) -> None:
    """A worker of this role has started."""
    with suppress(RedisError):
        redis.delete(_failed_start_key(role))


def _count_workers(redis: Redis) -> dict[str, int]:
    keys = {role: Worker.all_keys(queue=queue_of(role, redis)) for role in jobs.queues()}
    return {role: redis.exists(*found) if found else 0 for role, found in keys.items()}


def _suspension(redis: Redis) -> str:
    return "The workers are suspended: delete the key rq:suspended." if redis.exists(WORKERS_SUSPENDED) else ""


def _words_for(error: RedisError) -> str:
    match error:
        case ReadOnlyError():
            return "Redis is read-only, a replica perhaps: comments are taken in, and scored when it can be written."
        case OutOfMemoryError():
            return "Redis is full: comments are taken in, and scored when there is room. Raise its maxmemory."
        case ResponseError() if str(error).startswith("MISCONF"):
            return "Redis cannot write to its disk: comments are taken in, and scored when it can."
        case ResponseError():
            return f"Redis refuses commands ({type(error).__name__}): see its log and `rejoinder doctor`."
    return "Redis cannot be reached: comments are taken in, and scored when it is back."


def _failed_start_key(role: str) -> str:
    return f"rejoinder:failed-start:{role}"


_PROBE_KEY = "rejoinder:probe"


def bell_key(bell: str) -> str:
    """The Redis key that exists while a bell rings."""
    return f"rejoinder:bell:{bell}"
