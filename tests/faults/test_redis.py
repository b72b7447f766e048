"""Redis is a doorbell: flushed, stopped or killed, it costs seconds and no comment."""

import pytest

from moderation.dispatch import connect
from tests.faults.promises import assert_nothing_lost, settled
from tests.receiver import Receiver
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow


def test_redis_flushed_in_mid_flow_loses_nothing(stack: Stack, receiver: Receiver) -> None:
    stack.start("valkey", "web")
    accepted = [stack.comment(f"Loaf {number}.").json["id"] for number in range(5)]

    stack.flush_redis()
    stack.start("scoring", "delivery", "sweep")
    accepted += [stack.comment(f"Roll {number}.").json["id"] for number in range(5)]
    stack.flush_redis()

    eventually(lambda: settled(stack))
    assert_nothing_lost(stack, receiver, accepted)


def test_comments_are_accepted_while_redis_is_away_and_scored_when_it_is_back(
    stack: Stack, receiver: Receiver
) -> None:
    stack.start()
    accepted = [stack.comment("Before.").json["id"]]

    stack.kill("valkey")
    answers = [stack.comment(f"Without it, {number}.") for number in range(5)]
    readiness = stack.get("/ready")
    stack.start("valkey")

    assert [answer.status for answer in answers] == [202] * 5
    assert readiness.status == 503 and "redis" in readiness.text.lower()
    accepted += [answer.json["id"] for answer in answers]
    eventually(lambda: stack.restart_what_ended() or settled(stack))  # a worker may be late to end
    assert_nothing_lost(stack, receiver, accepted)


def test_an_overwritten_queue_is_repaired(stack: Stack, receiver: Receiver) -> None:
    stack.start()
    with connect(stack.settings.redis_url) as redis:
        for key in ("rq:queue:scoring", "rq:queue:delivery", "rejoinder:bell:scoring"):
            redis.set(key, "x")

    accepted = [stack.comment("After that.").json["id"]]

    eventually(lambda: stack.restart_what_ended() or settled(stack))
    assert_nothing_lost(stack, receiver, accepted)


def test_a_stranger_s_job_in_redis_is_not_run(stack: Stack, tmp_path) -> None:
    stack.start("valkey")
    victim = tmp_path / "owned"

    stack.enqueue_stranger("os.mkdir", str(victim))
    stack.start("scoring", "web", "sweep")
    scored = stack.comment("Is anybody there?").json["id"]

    eventually(lambda: settled_scoring(stack))
    assert not victim.exists()
    with stack.store.read() as uow:
        assert len(uow.decisions.history(scored)) == 1


def settled_scoring(stack: Stack) -> bool:
    with stack.store.read() as uow:
        return uow.statistics.unscored() == 0
