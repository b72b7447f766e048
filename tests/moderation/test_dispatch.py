"""The doorbell on a real Valkey: cheap, without data, and never blocking."""

import json
import socket
import threading
import zlib

import pytest
from redis import Redis

from moderation import intake
from moderation.dispatch import (
    Doorbell,
    RedisState,
    Ringer,
    bell_key,
    connect,
    note_failed_start,
    note_start,
    queue_of,
    redis_state,
)
from moderation.jobs import job_named, queues
from tests.builders import NOON, a_site, a_submission, an_arrival
from tests.waiting import LIMIT_S


@pytest.fixture
def redis(valkey):
    """A client of the emptied Valkey."""
    with Redis.from_url(valkey) as client:
        yield client


@pytest.fixture
def doorbell(valkey, redis):
    """A doorbell on the emptied Valkey."""
    doorbell = Doorbell(valkey)
    yield doorbell
    doorbell.redis.close()


@pytest.fixture
def silent():
    """The URL of a Redis that accepts connections and never answers, and the connections."""
    connections = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take():
            while True:
                try:
                    connections.append(server.accept()[0])
                except OSError:
                    return

        taking = threading.Thread(target=take)
        taking.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}", connections
        server.shutdown(socket.SHUT_RDWR)
        taking.join(timeout=LIMIT_S)
        for connection in connections:
            connection.close()


def test_a_ring_enqueues_the_job_of_its_bell_without_arguments(doorbell, redis):
    doorbell.ring("scoring")

    [job] = queue_of("scoring", redis).jobs
    assert (job.func_name, job.args, job.kwargs) == (job_named("scoring").run, [], {})


def test_ringing_twice_enqueues_one_job(doorbell, redis):
    for _ in range(100):
        doorbell.ring("scoring")

    assert len(queue_of("scoring", redis)) == 1


def test_two_bells_ring_independently(doorbell, redis):
    doorbell.ring("scoring")
    doorbell.ring("delivery")

    assert [len(queue_of(bell, redis)) for bell in queues()] == [1, 1]


def test_a_bell_that_was_silenced_can_be_rung_again(doorbell, redis):
    doorbell.ring("scoring")
    doorbell.silence("scoring")
    doorbell.ring("scoring")

    assert len(queue_of("scoring", redis)) == 2


def test_a_bell_falls_silent_by_itself_if_no_worker_answers(doorbell, redis):
    doorbell.ring("scoring")

    assert 0 < redis.ttl(bell_key("scoring")) <= 5


def test_nothing_of_a_person_is_ever_in_redis(doorbell, redis, sqlite_store):
    submission = a_submission("CANARY-BODY", name="CANARY-NAME", email="canary@nest.example", thread="CANARY-PAGE")
    intake.receive(sqlite_store, doorbell, a_site(), submission, an_arrival(address="203.0.113.77"), at=NOON)

    [job] = queue_of("scoring", redis).jobs
    fields = redis.hgetall(job.key)
    held = b" ".join([*redis.keys("*"), *fields, *fields.values(), zlib.decompress(fields[b"data"])])
    for canary in (b"CANARY", b"canary", b"nest", b"203.0.113", b"cmt_"):
        assert canary not in held


def test_no_pickle_goes_into_redis(doorbell, redis):
    doorbell.ring("scoring")

    [job] = queue_of("scoring", redis).jobs
    assert json.loads(zlib.decompress(redis.hget(job.key, "data"))) == [job_named("scoring").run, None, [], {}]


def test_an_unreachable_redis_costs_a_line_in_the_log_and_no_exception(caplog, tmp_path):
    doorbell = Doorbell(f"unix://{tmp_path}/nobody")

    doorbell.ring("scoring")
    doorbell.silence("scoring")

    assert [record.message.split(" problem")[0] for record in caplog.records] == [
        "bell not rung bell=scoring",
        "bell not silenced bell=scoring",
    ]


def test_a_redis_that_does_not_answer_is_tried_once(silent, caplog):
    url, connections = silent
    doorbell = Doorbell(url)

    doorbell.ring("scoring")

    assert "bell not rung" in caplog.text
    assert len(connections) == 1
    doorbell.redis.close()


def test_a_client_gives_up_after_a_quarter_of_a_second():
    options = connect("redis://127.0.0.1:1").connection_pool.connection_kwargs

    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (0.25, 0.25)


def test_a_comment_is_accepted_while_redis_is_unreachable(sqlite_store, tmp_path):
    receipt = intake.receive(
        sqlite_store, Doorbell(f"unix://{tmp_path}/nobody"), a_site(), a_submission(), an_arrival(), at=NOON
    )

    with sqlite_store.read() as uow:
        assert uow.comments.get(receipt.comment_id)


class _SlowBell:
    """A doorbell whose first ring takes until the test lets it go."""

    def __init__(self):
        self.rings = []
        self.began, self.go_on = threading.Event(), threading.Event()

    def ring(self, bell):
        self.rings.append(bell)
        self.began.set()
        assert self.go_on.wait(timeout=LIMIT_S)


def test_a_ringer_blocks_nobody_and_many_rings_become_one():
    bell = _SlowBell()
    ringer = Ringer(bell)

    ringer.ring("scoring")
    assert bell.began.wait(timeout=LIMIT_S)
    for _ in range(100):
        ringer.ring("scoring")
        ringer.ring("delivery")
    bell.go_on.set()
    ringer.close()

    assert bell.rings == ["scoring", "delivery", "scoring"]


def test_a_ringer_rings_what_was_requested_before_it_closes(doorbell, redis):
    ringer = Ringer(doorbell)

    ringer.ring("scoring")
    ringer.close()

    assert len(queue_of("scoring", redis)) == 1
    assert "ringer" not in {thread.name for thread in threading.enumerate()}


@pytest.fixture
def server(valkey):
    """A client of the real Valkey, whose settings are put back in the end."""
    with Redis.from_url(valkey) as server:
        yield server
        server.replicaof("NO", "ONE")
        server.config_set("maxmemory", 0)
        server.config_set("maxmemory-policy", "noeviction")


def test_a_valkey_in_order_has_no_problem(valkey, server):
    assert redis_state(valkey) == RedisState("", {"scoring": 0, "delivery": 0})


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_valkey_that_evicts_is_a_problem(valkey, server, policy):
    server.config_set("maxmemory-policy", policy)

    assert f"maxmemory-policy {policy}" in redis_state(valkey).problem


def test_a_valkey_that_is_read_only_is_a_problem(valkey, server):
    server.replicaof("127.0.0.1", 9)

    assert "read-only" in redis_state(valkey).problem


def test_a_full_valkey_is_a_problem(valkey, server):
    server.config_set("maxmemory", 1)

    assert "Redis is full" in redis_state(valkey).problem


def test_suspended_workers_are_a_problem(valkey, server):
    server.set("rq:suspended", 1)

    assert "suspended" in redis_state(valkey).problem


def test_a_redis_that_is_away_is_a_problem():
    assert "cannot be reached" in redis_state("redis://127.0.0.1:9/0").problem


def test_a_start_that_failed_is_known_until_one_succeeds(valkey, server):
    note_failed_start(valkey, "scoring")
    failed = redis_state(valkey).failed_roles
    note_start(server, "scoring")

    assert (failed, redis_state(valkey).failed_roles) == ({"scoring"}, frozenset())
