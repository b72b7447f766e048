"""The promises that hold after any fault."""

from collections import Counter
from collections.abc import Sequence

from moderation.audit import verify
from tests.receiver import Receiver
from tests.stack import Stack


def settled(stack: Stack) -> bool:
    """Whether every comment is scored and every delivery attempted."""
    with stack.store.read() as uow:
        return uow.statistics.unscored() == 0 and uow.statistics.deliveries().get("waiting", 0) == 0


def assert_nothing_lost(stack: Stack, receiver: Receiver, accepted: Sequence[str]) -> None:
    """Assert that each accepted comment has one decision, each event one id at its receiver, and the counts agree."""
    with stack.store.read() as uow:
        for comment_id in accepted:
            [decision] = uow.decisions.history(comment_id)
            assert decision.by.id == "policy"
        assert uow.statistics.conservation().is_whole
        assert uow.statistics.conservation().accepted >= len(accepted)
        assert not verify("demo", uow.audit.entries("demo")).broken_at
    announced = Counter(
        each.event["data"]["id"] for each in receiver.received if each.event["type"] == "comment.received"
    )
    assert set(accepted) <= set(announced)
    ids_of = {(each.event["type"], each.event["data"]["id"]): set() for each in receiver.received}
    for each in receiver.received:
        ids_of[each.event["type"], each.event["data"]["id"]].add(each.id)
    assert all(len(ids) == 1 for ids in ids_of.values())
    assert receiver.refused == []
