"""Deliveries on their way: claimed in turns, signed, posted side by side, recorded in few transactions."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import lru_cache

from moderation.addresses import Network
from moderation.outbox.delivery import Attempt, ClaimedDelivery
from moderation.process import failpoints
from moderation.process.version import installed_version
from moderation.store import Store, UnitOfWork
from moderation.webhooks.events import signature
from worker.aimd import ConcurrencyControl
from worker.context import Context
from worker.safe_connect import ConnectionGuard
from worker.stop_flag import StopFlag
from worker.webhook_client import WebhookClient

AT_ONCE = 64
MAX_IN_FLIGHT = 8 * AT_ONCE
"""How many attempts are under way side by side; with those that an endpoint does not answer, far more."""

SLOW_S = 1.0
LOOK_S = 0.25
GATHER_S = 0.005  # every millisecond here is one that an endpoint waits for its next delivery
TURN_S = 10.0
LATE_S = 10.0
"""How long a round lasts, and how long it may go on because of attempts that nobody answers. A job that began it at
its own end must still be over before RQ ends it (`JOB_TIMEOUT_S`)."""

log = logging.getLogger("rejoinder.delivery")


def send_due(context: Context) -> int:
    """Send everything that is due; returns how many attempts were made.

    Ends when nothing is due, when the worker shall stop, or some time after TURN_S; what is under way is recorded all
    the same.
    """
    with context.store.read() as uow:
        if not uow.delivery_queue.any_due(at=context.now()):
            return 0
    outgoing = _outgoing_for(context.settings.outgoing_allow)
    lease = timedelta(seconds=context.settings.lease_s)
    return Round(context.store, outgoing, now=context.now, lease=lease, stop=context.stop).run()


class Round:
    """One round of sending: many attempts side by side, until nothing is due.

    An endpoint that does not answer keeps its own places for as long as an attempt may take, and nobody else's: after
    SLOW_S its attempts no longer count, and what falls due meanwhile is looked for every LOOK_S. A round that is over
    waits for what is under way, but for nothing that takes longer than SLOW_S: while that lasts, it goes on for all
    endpoints but those that kept it waiting.

    lease: how long others leave alone what this round holds. Shorter than an attempt may take, and an event of a
    slow endpoint is sent twice.
    """

    def __init__(
        self,
        store: Store,
        outgoing: WebhookClient,
        *,
        now: Callable[[], datetime],
        lease: timedelta,
        stop: StopFlag,
    ) -> None:
        self._store, self._outgoing, self._now, self._lease, self._stop = store, outgoing, now, lease, stop
        self._pace = ConcurrencyControl()
        self._under_way: dict[Future[Attempt], tuple[ClaimedDelivery, float]] = {}
        self._shunned: set[str] = set()
        self._attempts = 0

    def run(self) -> int:
        """Send until nothing is due; returns how many attempts were made."""
        ends = time.monotonic() + TURN_S
        with ThreadPoolExecutor(MAX_IN_FLIGHT, thread_name_prefix="delivery") as threads:
            self._turn(threads, [], claims=True)
            while self._under_way:
                ended = self._gather()
                self._turn(threads, ended, claims=self._may_claim(ends))
        return self._attempts

    def _may_claim(self, ends: float) -> bool:
        """Until the round ends; and after that, though not for ever, while an attempt of it hangs."""
        late_s = time.monotonic() - ends
        if self._stop.is_raised or late_s > LATE_S:
            return False
        if late_s < 0:
            return True
        hanging = {claimed.endpoint_id for claimed, began in self._under_way.values() if _is_slow(began)}
        self._shunned |= hanging
        return bool(hanging)

    def _gather(self) -> list[tuple[ClaimedDelivery, Attempt]]:
        """Wait for an attempt to end, and a moment more for others, so that they share one transaction. Not for long:
        something else may have fallen due."""
        ended, _ = wait(self._under_way, timeout=LOOK_S, return_when=FIRST_COMPLETED)
        if ended:
            ended, _ = wait(self._under_way, timeout=GATHER_S)
        return [(self._under_way.pop(future)[0], future.result()) for future in ended]

    def _room(self) -> int:
        quick = sum(not _is_slow(began) for _, began in self._under_way.values())
        return min(AT_ONCE - quick, MAX_IN_FLIGHT - len(self._under_way))

    def _turn(
        self, threads: ThreadPoolExecutor, ended: list[tuple[ClaimedDelivery, Attempt]], *, claims: bool
    ) -> None:
        """Record what ended and claim what is next, both in one transaction; then send that."""
        for delivery, made in ended:
            self._pace.note(delivery.endpoint_id, is_success=made.is_success)
        room = self._room() if claims else 0
        if not (ended or room):
            return
        claimed = self._store.write(lambda uow: self._record_and_claim(uow, ended, room))
        self._tell(ended)
        if ended:
            failpoints.reach("delivery.after_commit")
        if claimed:
            failpoints.reach("delivery.after_claim")
        for each in claimed:
            sent = threads.submit(attempt, self._outgoing, each, self._now)
            self._under_way[sent] = each, time.monotonic()

    def _record_and_claim(
        self, uow: UnitOfWork, ended: list[tuple[ClaimedDelivery, Attempt]], room: int
    ) -> list[ClaimedDelivery]:
        at = self._now()
        uow.delivery_queue.record(ended, at=at)
        if not room:
            return []
        at_once = self._pace.at_once
        return uow.delivery_queue.claim(limit=room, at=at, lease=self._lease, at_once=at_once, shunned=self._shunned)

    def _tell(self, ended: list[tuple[ClaimedDelivery, Attempt]]) -> None:
        self._attempts += len(ended)
        for claimed, made in ended:
            log.info(
                "delivery tried event=%s endpoint=%s status=%s ms=%d",
                claimed.event_id,
                claimed.endpoint_id,
                made.http_status,
                made.latency_ms,
            )


def _is_slow(began: float) -> bool:
    return time.monotonic() - began > SLOW_S


def attempt(outgoing: WebhookClient, claimed: ClaimedDelivery, now: Callable[[], datetime]) -> Attempt:
    """Sign and post one delivery, with the time of this attempt. Never raises."""
    at = now()
    if not claimed.secrets:
        return Attempt(at, None, 0, "Its secret cannot be opened, so nothing was sent: rotate the endpoint's secret.")
    signed = signature(claimed.secrets, event_id=claimed.event_id, at=at, payload=claimed.payload)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": claimed.event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signed,
    }
    outcome = outgoing.post(claimed.url, claimed.payload.encode(), headers)
    failpoints.reach("delivery.after_send")
    return Attempt(at, outcome.http_status, outcome.latency_ms, outcome.problem, outcome.answer)


@lru_cache(maxsize=1)
def _outgoing_for(allow: tuple[Network, ...]) -> WebhookClient:
    """One client for the process, so that its connections outlive a round."""
    return WebhookClient(ConnectionGuard(allow=allow), user_agent=f"Rejoinder/{installed_version()}")
