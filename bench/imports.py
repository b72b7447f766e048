"""`python -m bench.imports`: how fast comments of another system are imported, and in how much memory.

Writes a file of `--comments` comments with the words of a blog, in threads of 50, every third a reply; imports it
into a new database; prints the rate and this process' largest memory. `--post-bytes` makes WordPress' posts as long
as wanted, so that the file has gigabytes. A second import, in which everything is there already, is timed too.
"""

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bench.installations import WORDS, fresh_database
from moderation.imports.kinds import OWN, reader_of
from moderation.imports.prepare import Preparation
from moderation.imports.report import Report
from moderation.imports.run import Import
from moderation.imports.source_file import SourceFile
from moderation.imports.urls import Addresses
from moderation.site import Site
from moderation.store import Store
from moderation.store.database.migrate import migrate
from tests.builders import NOON, a_sealer

IN_A_THREAD = 50
NOW = datetime(2026, 1, 5, tzinfo=UTC)


def main() -> None:
    """Write a file, import it twice, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kind", choices=sorted(WRITERS), default="wordpress")
    options.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options.add_argument("--comments", type=int, default=100_000)
    options.add_argument("--post-bytes", type=int, default=2_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, fresh_database(chosen.database) as url:
        path = Path(folder) / "export"
        with path.open("w", encoding="utf-8") as file:
            for part in WRITERS[chosen.kind](chosen.comments, chosen.post_bytes):
                file.write(part)
        size = path.stat().st_size / 1e6
        print(f"{chosen.comments:,} comments, {chosen.kind}, {size:,.0f} MB, {chosen.database}", flush=True)
        migrate(url)
        with closing(Store(url, a_sealer())) as store:
            store.write(lambda uow: uow.sites.add(Site(id="demo", name="Demo"), at=NOON))
            for name in ("first import", "second import"):
                print(f"{name}: {measured(store, chosen.kind, path)}", flush=True)
        print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def measured(store: Store, kind: str, path: Path) -> str:
    """Import the file and say how long it took."""
    report = Report()
    preparation = Preparation(
        sealer=store.sealer,
        site=Site(id="demo", name="Demo"),
        source=kind,
        addresses=Addresses(),
        keeps_rejected=True,
        at=NOW,
    )
    run = Import(store, preparation, report, by_id="bench", is_own=kind == OWN)
    began, used = time.perf_counter(), time.process_time()
    run.run(reader_of(kind)(SourceFile(path)))
    took, used = time.perf_counter() - began, time.process_time() - used
    rows = report.outcomes["imported"] + report.outcomes["already_there"]
    outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(report.outcomes.items()))
    return f"{rows / took:,.0f}/s ({took:.1f} s, {used:.1f} s of a processor; {outcomes})"


def said(number: int) -> tuple[str, str, str, int]:
    """A comment's text, its author's name and address, and the number of its parent, 0 for none."""
    chance = random.Random(number)
    author = chance.randrange(20_000)
    parent = number - 1 - chance.randrange(5) if number % 3 == 0 and number % IN_A_THREAD > 6 else 0
    return " ".join(chance.choices(WORDS, k=40)), f"Reader {author}", f"reader{author}@example.org", max(0, parent)


def wordpress(count: int, post_bytes: int) -> Iterator[str]:
    """WXR."""
    yield (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
    )
    post = "<p>A long post &amp; more.</p>" * (post_bytes // 28)
    for number in range(1, count + 1):
        if number % IN_A_THREAD == 1:
            yield (
                f"<item><title>Page {number}</title><link>https://blog.example/{number}/</link><content:encoded>"
                f"<![CDATA[{post}]]></content:encoded><wp:post_id>{number}</wp:post_id><wp:status>publish</wp:status>\n"
            )
        text, name, email, parent = said(number)
        yield (
            f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author><![CDATA[{name}]]></wp:comment_author>"
            f"<wp:comment_author_email>{email}</wp:comment_author_email><wp:comment_author_url></wp:comment_author_url>"
            f"<wp:comment_author_IP>192.0.2.{number % 250}</wp:comment_author_IP><wp:comment_date_gmt>"
            f"20{10 + number % 14}-05-01 12:00:{number % 60:02}</wp:comment_date_gmt><wp:comment_content>"
            f'<![CDATA[{text} <a href="https://x.example/">a link</a> &amp; more.]]></wp:comment_content>'
            f"<wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type><wp:comment_parent>{parent}"
            f"</wp:comment_parent></wp:comment>\n"
        )
        if number % IN_A_THREAD == 0 or number == count:
            yield "</item>\n"
    yield "</channel></rss>\n"


def artalk(count: int, post_bytes: int) -> Iterator[str]:
    """One JSON array."""
    yield "["
    for number in range(1, count + 1):
        text, name, email, parent = said(number)
        yield ("," if number > 1 else "") + json.dumps(
            {
                "id": str(number),
                "rid": str(parent),
                "content": text,
                "nick": name,
                "email": email,
                "created_at": f"20{10 + number % 14}-05-01 12:00:{number % 60:02} +0000",
                "page_key": f"/{number // IN_A_THREAD}/",
                "is_pending": "false",
            }
        )
    yield "]"


WRITERS: dict[str, Callable[[int, int], Iterator[str]]] = {"wordpress": wordpress, "artalk": artalk}


if __name__ == "__main__":
    main()
