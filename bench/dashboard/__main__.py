"""`python -m bench.dashboard keyboard` and `python -m bench.dashboard pages`.

keyboard: a script clears 400 seeded comments in Chromium, ten keys a second. "Key to next comment" is the median time
until another comment is in hand and painted; the server decides meanwhile. Bytes are what came over the network.

pages: fills a site with `--comments` invented ones and prints for each page and filter its processor time, on
PostgreSQL also that of the server, its time by the clock, and how many statements it takes. On a busy machine only
the least processor time says much: other load more than doubles the rest.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bench.dashboard.keyboard import clear, sign_in, wrong
from bench.dashboard.pages import time_pages
from bench.widget.stage import stage
from moderation.demo.fill import Plan, fill
from tests.builders import ADA, DAY, sent_copies
from tests.chromium import chromium

COMMENTS, WAITING, COPIES = 2_000, 400, 300
OFFER = "Dear {}, our agency sells followers cheaply, write to us today and get the first hundred for free."


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["keyboard", "pages"])
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--explain", type=Path, metavar="FILE", help="write how the database runs each statement")
    chosen = parser.parse_args()
    if chosen.what == "keyboard":
        time_keys()
    else:
        time_pages(chosen.database, chosen.comments, rounds=chosen.rounds, plans=chosen.explain)


def time_keys() -> None:
    """Print the figures of a moderator at the keyboard."""
    with chromium() as browser:
        with stage() as at:
            fill(at.store, Plan("demo", COMMENTS, WAITING, ADA, datetime.now(UTC)))
            page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 800})
            sign_in(page, at.store, at.url)
            found = clear(page)
            print(f"key presses per 100 comments      {found.per_hundred(found.presses, WAITING):8.1f}")
            print(f"key to next comment, median       {found.median_wait_ms:8.1f} ms")
            print(f"KB per 100 decisions              {found.per_hundred(found.bytes, WAITING) / 1e3:8.0f}")
            print(f"wrong decisions                   {len(wrong(at.store, found)):8}")
            print(f"seconds for {WAITING} comments          {found.seconds:8.1f}")
            page.close()
        with stage() as at:
            sent_copies(at.store, [OFFER.format(n) for n in range(COPIES)], at=datetime.now(UTC) - DAY)
            page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 800})
            sign_in(page, at.store, at.url)
            print(f"key presses for {COPIES} copies        {clear(page).presses:8}")


if __name__ == "__main__":
    main()
