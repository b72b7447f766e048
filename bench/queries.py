"""`python -m bench.queries`: how long each query of the queue takes on a large database.

Fills a new database with `--comments` comments on `--sites` sites, a third of them on the first one. Prints the
median of five runs of each query, by the clock and by this process' processor time, which is all of it on SQLite.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from bench.installations import WORDS, fresh_database
from moderation.comment import Status, ThreadRef
from moderation.decision import Reason
from moderation.ids import new_id
from moderation.queue import Order, Search
from moderation.site import Site
from moderation.store import Store, UnitOfWork
from moderation.store.database.bulk_sql import insert_many
from moderation.store.database.migrate import migrate
from moderation.store.tables import comments
from tests.builders import NOON, a_sealer

ROUNDS = 5
FILLED_AT_ONCE = 20_000
PAGES = 200
AUTHORS = 50_000
WITH_WORDS = ("a frequent word", "a word and a rare name", "a word that nobody wrote")
STATUSES = ("pending",) * 2 + ("approved",) * 13 + ("rejected",) * 5


def main() -> None:
    """Fill a database, then time the queries."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options.add_argument("--comments", type=int, default=1_000_000)
    options.add_argument("--sites", type=int, default=20)
    chosen = options.parse_args()
    with filled(chosen.database, chosen.comments, chosen.sites) as store:
        print(f"{chosen.comments:,} comments, {chosen.sites} sites, {chosen.database}")
        for name, query in queries(store, chosen.sites).items():
            print(f"{name:45} {measured(store, query)}", flush=True)


@contextmanager
def filled(database: str, count: int, sites: int) -> Iterator[Store]:
    """A store with this many comments, which is removed afterwards."""
    with fresh_database(database) as url:
        migrate(url)
        store = Store(url, a_sealer())
        fill(store, count, sites)
        yield store
        store.close()


def fill(store: Store, count: int, sites: int) -> None:
    """Insert the comments, and let PostgreSQL gather its statistics."""
    ids = [f"site-{number}" for number in range(sites)]
    for id in ids:
        store.write(lambda uow, id=id: uow.sites.add(Site(id=id, name=id), at=NOON))  # type: ignore[misc]
    pages = [(id, ThreadRef(key=f"page-{page}")) for id in ids for page in range(PAGES)]
    threads = store.write(lambda uow: uow.threads.begin_many(pages, at=NOON))
    for start in range(0, count, FILLED_AT_ONCE):
        rows = [_row(number, ids, threads) for number in range(start, min(start + FILLED_AT_ONCE, count))]
        store.write(lambda uow, rows=rows: insert_many(uow.connection, comments, rows))  # type: ignore[misc]
    index(store)
    store.write(lambda uow: uow.connection.execute(text("ANALYZE")))


def index(store: Store) -> None:
    """Index the words of all comments, as the sweeper does."""
    after = ""
    while True:
        with store.read() as uow:
            stale, after = uow.text_index.next_stale(after=after, limit=1_000)
        store.write(lambda uow, stale=stale: uow.text_index.renew(stale))  # type: ignore[misc]
        if not after:
            return


def _row(number: int, sites: list[str], threads: dict[tuple[str, str], str]) -> dict[str, Any]:
    chance = random.Random(number)
    site = sites[0] if chance.random() < 0.33 else chance.choice(sites)
    author, status = chance.randrange(AUTHORS), chance.choice(STATUSES)
    at = NOON + timedelta(seconds=number)
    return {
        "id": new_id("cmt", at=at),
        "site_id": site,
        "thread_id": threads[site, f"page-{chance.randrange(PAGES)}"],
        "name": f"Reader {author}",
        "email_key": author.to_bytes(16),
        "website": "",
        "body": " ".join(chance.choices(WORDS, k=40)),
        "text_key": number.to_bytes(16),
        "masked_address": "",
        "signals": [],
        "received_at": at,
        "status": status,
        "revision": 1,
        "reason": "spam" if status == "rejected" else "clean",
        "scored_at": at,
        "spam": chance.random(),
        "abuse": chance.random(),
        "near_copies": 0,
        "attempts": 1,
        "erased_at": at if number % 100 == 0 else None,
    }


def queries(store: Store, sites: int) -> dict[str, Callable[[UnitOfWork], object]]:
    """Each query by its name."""
    every = Search(sites=tuple(f"site-{number}" for number in range(sites)))
    with store.read() as uow:
        cursor = uow.queue.page(replace(every, limit=100)).next_cursor
        some_id = uow.queue.page(every).comments[0].id
    searches = {
        "the queue of all sites": every,
        "the queue of one site": replace(every, sites=every.sites[:1]),
        "its second page": replace(every, cursor=cursor),
        "newest first": replace(every, order=Order.NEWEST),
        "likeliest spam first": replace(every, order=Order.SPAM),
        "likeliest abuse first": replace(every, order=Order.ABUSE),
        "approved": replace(every, status=Status.APPROVED, order=Order.NEWEST),
        "any status": replace(every, status=None, order=Order.NEWEST),
        "of one page": replace(every, status=None, thread="page-7"),
        "of an author, by address": replace(every, status=None, author="nobody@reader.example"),
        "of the author of a comment": replace(every, status=None, author_of=some_id),
        "by a reason": replace(every, status=Status.REJECTED, reason=Reason.SPAM),
        "by a reason that nobody gave": replace(every, status=Status.REJECTED, reason=Reason.ABUSE),
        "a frequent word": replace(every, status=Status.APPROVED, text="water"),
        "three frequent words": replace(every, status=Status.APPROVED, text="water house near"),
        "a word and a rare name": replace(every, status=Status.APPROVED, text="water", author="Reader 123"),
        "a word that nobody wrote": replace(every, status=Status.APPROVED, text="marzipan"),
        "a name that nobody has": replace(every, status=Status.APPROVED, author="marzipan"),
    }
    asked: dict[str, Callable[[UnitOfWork], object]] = {}
    for name, search in searches.items():
        asked[name] = lambda uow, search=search: uow.queue.page(search)  # type: ignore[misc]
    for name in ("the queue of all sites", "of one page", "of an author, by address", *WITH_WORDS):
        asked[f"counts: {name}"] = lambda uow, search=searches[name]: uow.queue.counts(search)  # type: ignore[misc]
    asked["the oldest pending comment"] = lambda uow: uow.statistics.oldest_pending()
    asked["conservation, for /metrics"] = lambda uow: uow.statistics.conservation()
    return asked


def measured(store: Store, query: Callable[[UnitOfWork], object]) -> str:
    """The medians of some runs after a first one, in milliseconds."""
    clocks, processor = [], []
    for _ in range(ROUNDS + 1):
        began, began_processor = time.perf_counter(), time.process_time()
        with store.read() as uow:
            query(uow)
        clocks.append(time.perf_counter() - began)
        processor.append(time.process_time() - began_processor)
    return f"{statistics.median(clocks[1:]) * 1e3:8.1f} ms {statistics.median(processor[1:]) * 1e3:8.1f} ms CPU"


if __name__ == "__main__":
    main()
