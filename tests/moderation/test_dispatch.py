"""The doorbell on a real Valkey: cheap, without data, and never in anybody's way."""

import json
import socket
import threading
import zlib

import pytest
from redis import Redis

from moderation import intake
from moderation.dispatch import JOBS, Doorbell, Ringer, bell_key, connect, queue_of
from tests.builders import NOON, a_site, a_submission, an_arrival


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
    """The URL of a Redis that takes connections and says nothing, and who connected."""
    callers = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take():
            while True:
                try:
                    callers.append(server.accept()[0])
                except OSError:
                    return

        taking = threading.Thread(target=take)
        taking.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}", callers
        server.shutdown(socket.SHUT_RDWR)
        taking.join(timeout=10)
        for caller in callers:
            caller.close()


def test_a_ring_asks_for_the_job_of_its_bell_and_tells_it_nothing(doorbell, redis):
    doorbell.ring("scoring")

    [job] = queue_of("scoring", redis).jobs
    assert (job.func_name, job.args, job.kwargs) == (JOBS["scoring"], [], {})


def test_ringing_twice_asks_once(doorbell, redis):
    for _ in range(100):
        doorbell.ring("scoring")

    assert len(queue_of("scoring", redis)) == 1


def test_two_bells_ring_side_by_side(doorbell, redis):
    doorbell.ring("scoring")
    doorbell.ring("delivery")

    assert [len(queue_of(bell, redis)) for bell in JOBS] == [1, 1]


def test_a_bell_that_was_silenced_can_be_rung_again(doorbell, redis):
    doorbell.ring("scoring")
    doorbell.silence("scoring")
    doorbell.ring("scoring")

    assert len(queue_of("scoring", redis)) == 2


def test_a_bell_falls_silent_by_itself_if_nobody_comes(doorbell, redis):
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
    assert json.loads(zlib.decompress(redis.hget(job.key, "data"))) == [JOBS["scoring"], None, [], {}]


def test_a_redis_that_is_away_costs_a_line_in_the_log_and_no_exception(caplog, tmp_path):
    doorbell = Doorbell(f"unix://{tmp_path}/nobody")

    doorbell.ring("scoring")
    doorbell.silence("scoring")

    assert [record.message.split(" problem")[0] for record in caplog.records] == [
        "bell not rung bell=scoring",
        "bell not silenced bell=scoring",
    ]


def test_a_redis_that_says_nothing_is_asked_once_and_not_again(silent, caplog):
    url, callers = silent
    doorbell = Doorbell(url)

    doorbell.ring("scoring")

    assert "bell not rung" in caplog.text
    assert len(callers) == 1
    doorbell.redis.close()


def test_a_client_gives_up_after_a_quarter_of_a_second():
    told = connect("redis://127.0.0.1:1").connection_pool.connection_kwargs

    assert (told["socket_timeout"], told["socket_connect_timeout"]) == (0.25, 0.25)


def test_a_comment_is_taken_in_while_redis_is_away(sqlite_store, tmp_path):
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
        assert self.go_on.wait(timeout=30)


def test_nobody_waits_for_a_ringer_and_many_rings_become_one():
    bell = _SlowBell()
    ringer = Ringer(bell)

    ringer.ring("scoring")
    assert bell.began.wait(timeout=30)
    for _ in range(100):
        ringer.ring("scoring")
        ringer.ring("delivery")
    bell.go_on.set()
    ringer.close()

    assert bell.rings == ["scoring", "delivery", "scoring"]


def test_a_ringer_that_closes_rings_first_what_was_asked_for_and_ends(doorbell, redis):
    ringer = Ringer(doorbell)

    ringer.ring("scoring")
    ringer.close()

    assert len(queue_of("scoring", redis)) == 1
    assert "ringer" not in {thread.name for thread in threading.enumerate()}
