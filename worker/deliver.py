"""Works through the outbox: claims what is due on any channel, sends it concurrently, records it in batches.

When failed deliveries are tried again is in `moderation/outbox/channels.py`.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any

from moderation.messages import Message
from moderation.outbox.channels import CHANNELS
from moderation.outbox.delivery import Attempt, ClaimedDelivery
from moderation.process import failpoints
from moderation.store import Store, UnitOfWork
from worker.aimd import ConcurrencyControl
from worker.channels import Sender, open_senders
from worker.context import Context
from worker.stop_flag import StopFlag

SLOW_S = 1.0
POLL_S = 0.25
GATHER_S = 0.005  # every millisecond here is one that a destination waits for its next delivery
ROUND_S = 10.0
OVERTIME_S = 10.0
"""How long a round claims, and how much longer it may while attempts hang. A round that begins at the end of its job
must still be over before RQ kills the job (`JOB_TIMEOUT_S`)."""

Result = tuple[ClaimedDelivery, Attempt]
Loaded = tuple[ClaimedDelivery, Any]
"""A delivery and what its sender needs besides."""

log = logging.getLogger("rejoinder.delivery")


def send_due(context: Context) -> int:
    """Send everything that is due; returns the number of attempts.

    Ends when nothing is due, when the worker must stop, or some time after ROUND_S; attempts under way are recorded
    in any case.
    """
    with context.store.read() as uow:
        if not uow.delivery_queue.any_due(at=context.now()):
            return 0
    senders = open_senders(context.settings)
    lease = timedelta(seconds=context.settings.lease_s)
    return Round(context.store, senders, now=context.now, lease=lease, stop=context.stop).run()


class Round:
    """One round of sending: many attempts side by side, until nothing is due.

    A destination that hangs occupies only its own places, for as long as an attempt may take: after SLOW_S its
    attempts no longer count, and deliveries that fall due meanwhile are looked for every POLL_S. At its end a round
    waits for attempts under way, but not idly for slow ones: it goes on for all destinations but those that hang.
    Each channel has places of its own, so ten thousand mails that wait delay no webhook.

    senders: by channel. lease: how long other workers leave alone what this round holds. If it is shorter than an
    attempt may take, a slow destination gets an event twice.
    """

    def __init__(
        self,
        store: Store,
        senders: Mapping[str, Sender],
        *,
        now: Callable[[], datetime],
        lease: timedelta,
        stop: StopFlag,
    ) -> None:
        self._store, self._senders, self._now, self._lease, self._stop = store, senders, now, lease, stop
        self._control = ConcurrencyControl()
        self._under_way: dict[Future[Attempt], tuple[ClaimedDelivery, float]] = {}
        self._excluded: set[str] = set()
        self._attempts = 0

    def run(self) -> int:
        """Send until nothing is due; returns the number of attempts."""
        ends = time.monotonic() + ROUND_S
        self._store.write(lambda uow: uow.delivery_queue.give_up_stranded(at=self._now()))
        places = sum(CHANNELS[channel].places for channel in self._senders)
        with ThreadPoolExecutor(places, thread_name_prefix="delivery") as threads:
            self._step(threads, [], may_claim=True)
            while self._under_way:
                ended = self._gather()
                self._step(threads, ended, may_claim=self._may_claim(ends))
        return self._attempts

    def _may_claim(self, ends: float) -> bool:
        """Until the round ends; then for OVERTIME_S at most, while an attempt hangs."""
        late_s = time.monotonic() - ends
        if self._stop.is_raised or late_s > OVERTIME_S:
            return False
        if late_s < 0:
            return True
        hanging = {claimed.destination_id for claimed, began in self._under_way.values() if _is_slow(began)}
        self._excluded |= hanging
        return bool(hanging)

    def _gather(self) -> list[Result]:
        """Wait for an attempt to end, and a moment more for others, so that they share one transaction. Not for long:
        something else may have fallen due."""
        ended, _ = wait(self._under_way, timeout=POLL_S, return_when=FIRST_COMPLETED)
        if ended:
            ended, _ = wait(self._under_way, timeout=GATHER_S)
        return [(self._under_way.pop(future)[0], future.result()) for future in ended]

    def _free_places(self) -> dict[str, int]:
        """How many more attempts each channel may begin."""
        began_at = defaultdict(list)
        for claimed, began in self._under_way.values():
            began_at[claimed.channel].append(began)
        free = {}
        for channel in self._senders:
            spec, all_began = CHANNELS[channel], began_at[channel]
            quick = sum(not _is_slow(began) for began in all_began)
            free[channel] = min(spec.quick_places - quick, spec.places - len(all_began))
        return {channel: count for channel, count in free.items() if count > 0}

    def _step(self, threads: ThreadPoolExecutor, ended: Sequence[Result], *, may_claim: bool) -> None:
        """Record what ended and claim what is next, both in one transaction; then send that."""
        for delivery, result in ended:
            self._control.note(delivery.channel, delivery.destination_id, is_success=result.is_success)
        free = self._free_places() if may_claim else {}
        if not (ended or free):
            return
        loaded = self._store.write(lambda uow: self._record_and_claim(uow, ended, free))
        self._log(ended)
        if ended:
            failpoints.reach("delivery.after_commit")
        if loaded:
            failpoints.reach("delivery.after_claim")
        for delivery, target in loaded:
            sent = threads.submit(attempt, self._senders[delivery.channel], delivery, target, self._now)
            self._under_way[sent] = delivery, time.monotonic()

    def _record_and_claim(self, uow: UnitOfWork, ended: Sequence[Result], free: Mapping[str, int]) -> list[Loaded]:
        at, loaded = self._now(), []
        uow.delivery_queue.record(ended, at=at)
        for channel, limit in free.items():
            claimed = uow.delivery_queue.claim(
                channel, limit=limit, at=at, lease=self._lease, limits=self._control.limits, excluded=self._excluded
            )
            targets = self._senders[channel].targets(uow, claimed, at=at) if claimed else {}
            loaded += [(delivery, targets[delivery.id]) for delivery in claimed]
        return loaded

    def _log(self, ended: Sequence[Result]) -> None:
        self._attempts += len(ended)
        for claimed, result in ended:
            log.info(
                "delivery tried channel=%s event=%s destination=%s status=%s ms=%d problem=%s retry_after_s=%s",
                claimed.channel,
                claimed.event_id,
                claimed.destination_id,
                result.http_status,
                result.latency_ms,
                result.problem.code or "none",
                result.retry_after_s,
            )


def _is_slow(began: float) -> bool:
    return time.monotonic() - began > SLOW_S


def attempt(sender: Sender, delivery: ClaimedDelivery, target: Any, now: Callable[[], datetime]) -> Attempt:
    """Send one delivery. Never raises: an error in one channel must not stop the deliveries of the others."""
    at = now()
    try:
        return sender.send(delivery, target, at=at)
    except Exception as error:
        log.error("sender failed channel=%s problem=%s", delivery.channel, type(error).__name__)
        return Attempt(at, None, 0, Message("delivery.error", {"error": type(error).__name__}))
