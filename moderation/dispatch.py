"""The doorbell: tells the workers that there is work in the tables. It carries no data, and may be lost."""

import logging
import threading
import time
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

JOBS = {"scoring": "worker.jobs.drain_scoring", "delivery": "worker.jobs.drain_deliveries"}
"""Each bell, and the job that answers it. The job takes no arguments: the tables say what there is to do."""

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
"""What may stand behind the "?" of a Redis URL, beside ssl_…; the client knows more, but not as text."""

RedisProblem = RedisError
"""What a client raises when Redis cannot be asked, by a name for those who may not know its package."""

log = logging.getLogger("rejoinder.dispatch")


class Dispatch(Protocol):
    """Whoever can ring."""

    def ring(self, bell: str) -> None:
        """Say that there is work for this bell's job. Returns at once and never fails: the sweeper rings again."""


class Doorbell:
    """Rings over Redis. A bell that still rings is not rung again, so a flood of comments costs one job."""

    def __init__(self, redis_url: str) -> None:
        self.redis = connect(redis_url)
        self._queues = {bell: queue_of(bell, self.redis) for bell in JOBS}

    def ring(self, bell: str) -> None:
        """Ring now. A Redis that is slow or away costs at most a quarter of a second, and a line in the log."""
        try:
            if self.redis.set(bell_key(bell), "1", nx=True, ex=BELL_S):
                self._queues[bell].enqueue(
                    JOBS[bell], result_ttl=0, failure_ttl=60, job_timeout=JOB_TIMEOUT_S, ttl=BELL_S * 30
                )
        except RedisError as problem:
            log.warning("bell not rung bell=%s problem=%s", bell, type(problem).__name__)

    def silence(self, bell: str) -> None:
        """Let the bell be rung again. A worker does so before its last look, or a ring could fall between."""
        try:
            self.redis.delete(bell_key(bell))
        except RedisError as problem:
            log.warning("bell not silenced bell=%s problem=%s", bell, type(problem).__name__)


class Ringer:
    """Rings from a thread of its own, so that no request ever waits for Redis. Many rings at once become one."""

    def __init__(self, doorbell: Doorbell) -> None:
        self._doorbell = doorbell
        self._wanted: set[str] = set()
        self._wakes = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="ringer", daemon=True)
        self._thread.start()

    def ring(self, bell: str) -> None:
        """Ask for a ring."""
        with self._wakes:
            self._wanted.add(bell)
            self._wakes.notify()

    def close(self) -> None:
        """Ring what was asked for, then stop."""
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
            time.sleep(GATHER_S)  # what is asked for meanwhile becomes one ring


def check_url(redis_url: str) -> None:
    """Raises ValueError for an option in a URL that is none of OPTIONS, or a value that it cannot take."""
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


def queue_of(bell: str, redis: Redis, *, job_class: type[Job] = Job) -> Queue:
    """The RQ queue of one bell. Jobs are JSON: no pickle ever goes into or comes out of Redis."""
    return Queue(bell, connection=redis, serializer=JSONSerializer, job_class=job_class)


def listeners(redis_url: str) -> dict[str, int] | None:
    """How many live workers answer each bell; None when Redis cannot be asked."""
    redis = connect(redis_url)
    try:
        keys = {bell: Worker.all_keys(queue=queue_of(bell, redis)) for bell in JOBS}
        return {bell: redis.exists(*found) if found else 0 for bell, found in keys.items()}
    except RedisError:
        return None
    finally:
        redis.close()


def bell_key(bell: str) -> str:
    """The Redis key that says that a bell rings."""
    return f"rejoinder:bell:{bell}"
