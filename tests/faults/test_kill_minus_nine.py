"""Whatever is killed, wherever it is killed: each 202 is decided or in the queue, once, and each event arrives."""

from collections import Counter

import pytest

from moderation.process.failpoints import FAILPOINTS
from tests.faults.promises import assert_nothing_lost, settled
from tests.receiver import Receiver
from tests.stack import Answer, Stack
from tests.waiting import eventually
from worker.scoring import BATCH

pytestmark = pytest.mark.slow

ROLE_OF = {"intake": "web", "scoring": "scoring", "delivery": "delivery"}
COMMENTS = 5
OF_PROCESSES = [each for each in FAILPOINTS if each.partition(".")[0] in ROLE_OF]
"""The others are of commands: tests/faults/test_backup.py."""


@pytest.mark.parametrize("failpoint", OF_PROCESSES)
def test_kill_minus_nine_at_a_failpoint_loses_nothing(stack: Stack, receiver: Receiver, failpoint: str) -> None:
    role = ROLE_OF[failpoint.partition(".")[0]]
    stack.start(*(each for each in ("valkey", "web", "scoring", "delivery", "sweep") if each != role))
    stack.start(role, failpoint=failpoint)

    accepted = _send(stack)
    eventually(lambda: _has_died(stack, role))
    stack.kill(role)
    stack.start(role)
    accepted += _send(stack)

    eventually(lambda: settled(stack))
    assert_nothing_lost(stack, receiver, accepted)


def test_kill_minus_nine_amid_whole_batches_loses_nothing(stack: Stack, receiver: Receiver) -> None:
    stack.start("valkey", "web", "delivery", "sweep")
    accepted = _send(stack, 2 * BATCH)
    stack.start("scoring", failpoint="scoring.after_commit")

    eventually(lambda: _has_died(stack, "scoring"))
    stack.kill("scoring")
    stack.start("scoring")

    eventually(lambda: settled(stack))
    assert_nothing_lost(stack, receiver, accepted)


def test_kill_minus_nine_of_every_worker_again_and_again_loses_nothing(stack: Stack, receiver: Receiver) -> None:
    stack.start()

    accepted = []
    for role in ("scoring", "delivery", "sweep", "scoring", "web", "delivery"):
        accepted += _send(stack)
        stack.kill(role)
        accepted += _send(stack)
        stack.start(role)

    eventually(lambda: settled(stack))
    assert_nothing_lost(stack, receiver, accepted)


def test_a_repeated_request_after_a_crash_gives_the_same_comment(stack: Stack) -> None:
    stack.start("valkey")
    stack.start("web", failpoint="intake.after_commit")
    arguments = {"headers": {"Idempotency-Key": "one-and-the-same"}}

    broken = stack.comment("Did you get this?", **arguments)
    stack.kill("web")
    stack.start("web")
    repeated = stack.comment("Did you get this?", **arguments)

    assert broken.status == 0
    assert repeated.status == 202
    with stack.store.read() as uow:
        assert uow.statistics.conservation().accepted == 1


def _send(stack: Stack, count: int = COMMENTS) -> list[str]:
    """The ids of those comments that were accepted."""
    answers = [stack.comment(f"Crumb number {number} of the bread.") for number in range(count)]
    assert Counter(answer.status for answer in answers).keys() <= {202, 0, 503}
    return [_id_of(answer) for answer in answers if answer.status == 202]


def _id_of(answer: Answer) -> str:
    return str(answer.json["id"])


def _has_died(stack: Stack, role: str) -> bool:
    """Whether the failpoint was reached: the process or a child of it was killed."""
    return stack.has_been_killed(role)
