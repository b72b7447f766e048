"""What became of every comment that a soak was answered 202 for."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from bench.soak_faults import Installation
from bench.soak_traffic import Sink
from moderation.audit import verify
from moderation.errors import StoreBusy
from moderation.store.tables import comments, decisions, deliveries
from tests.stack import Stack


@dataclass(frozen=True, slots=True)
class Accounts:
    """Counts of comments. stored: also those whose answer was lost. repeated: webhooks that came again, same id."""

    accepted: int
    stored: int
    lost: int
    undecided: int
    decided_twice: int
    undelivered: int
    announced_twice: int
    repeated: int
    is_conserved: bool
    is_chain_whole: bool

    @property
    def are_whole(self) -> bool:
        """Whether every promise was kept."""
        broken = self.lost + self.undecided + self.decided_twice + self.undelivered + self.announced_twice
        return broken == 0 and self.accepted > 0 and self.is_conserved and self.is_chain_whole


def settle(installation: Installation, sink: Sink, *, within_s: float) -> float:
    """Wait until no comment waits for its score and no delivery for its attempt; the seconds that took, -1 for never.

    Retries are brought forward: the second would be five minutes later, the third half an hour.
    """
    sink.is_away = False
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        try:
            if _is_settled(installation.stack):
                return time.monotonic() - began
            _bring_forward(installation.stack)
        except StoreBusy:
            pass  # PostgreSQL may still be recovering
        time.sleep(2)
    return -1


def check(stack: Stack, sink: Sink, accepted: Sequence[str]) -> Accounts:
    """Look up every accepted comment."""
    ids = set(accepted)
    policy = select(decisions.c.comment_id, func.count()).where(decisions.c.by_id == "policy")
    with stack.store.read() as uow:
        stored = set(uow.connection.scalars(select(comments.c.id)))
        decided = dict(uow.connection.execute(policy.group_by(decisions.c.comment_id)).all())
        is_conserved = uow.statistics.conservation().is_whole
        is_chain_whole = not verify("demo", uow.audit.entries("demo")).broken_at
    return Accounts(
        accepted=len(ids),
        stored=len(stored),
        lost=len(ids - stored),
        undecided=len((ids & stored) - decided.keys()),
        decided_twice=sum(count > 1 for count in decided.values()),
        undelivered=len((ids | stored) - sink.ids.keys()),
        announced_twice=sum(len(each) > 1 for each in sink.ids.values()),
        repeated=sink.total - sum(map(len, sink.ids.values())),
        is_conserved=is_conserved,
        is_chain_whole=is_chain_whole,
    )


def _is_settled(stack: Stack) -> bool:
    with stack.store.read() as uow:
        return uow.statistics.unscored() == 0 and uow.statistics.deliveries()["waiting"] == 0


def _bring_forward(stack: Stack) -> None:
    at = datetime.now(UTC)
    later = (deliveries.c.status == "waiting", deliveries.c.tries > 0, deliveries.c.due_at > at)
    stack.store.write(lambda uow: uow.connection.execute(update(deliveries).where(*later).values(due_at=at)))
