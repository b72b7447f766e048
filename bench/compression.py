"""`python -m bench.compression`: what a thread of 200 comments costs in each format and encoding.

The comments are those of a blog if `--data` has them, otherwise generated ones. Prints bytes, and the processor time
of rendering and of compressing, each the median of five. A web process does both once for each change of a thread.
"""

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import brotli

from models.training.synthetic import generate
from moderation.config.settings import Settings
from moderation.store import Store
from moderation.store.database.migrate import migrate
from service.app import create_app
from tests.builders import NOON, RecordingDispatch, a_decision, a_sealer, a_site, a_submission, received

COMMENTS, ROUNDS = 200, 5
FORMATS = ("comments", "comments.html", "comments.md")


def main() -> None:
    """Fill a thread, ask for it in each format, then compress the answers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    texts = comments(options.parse_args().data)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.from_env({"REJOINDER_HOME": home, "REJOINDER_LIMIT_EMAIL": "1000/minute"})
        migrate(settings.database_url)
        store = Store(settings.database_url, a_sealer())
        fill(store, texts)
        for name in FORMATS:
            measure(settings, store, f"/v1/sites/demo/threads/a-page/{name}")
        store.close()


def fill(store: Store, texts: Sequence[str]) -> None:
    """Publish each text as a comment of one thread."""
    store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
    for number, text in enumerate(texts):
        at = NOON + timedelta(seconds=number)
        comment = received(store, a_submission(text, name=f"Reader {number}"), at=at)
        store.write(lambda uow, comment=comment: uow.decisions.add([a_decision(comment)]))  # type: ignore[misc]


def measure(settings: Settings, store: Store, url: str) -> None:
    """Print a line for rendering and one for each way to compress."""
    taken = []
    for _ in range(ROUNDS):
        client = create_app(settings, store=store, dispatch=RecordingDispatch()).test_client()
        client.get("/v1/sites/demo/threads/other/comments.html")  # compiles the template
        taken.append(processor_ms(lambda client=client: client.get(url)))  # type: ignore[misc]
    body = client.get(url).data
    print(f"{url.rpartition('/')[2]:14} rendered  {len(body):8,} bytes {statistics.median(taken):7.1f} ms")
    ways: dict[str, Callable[[], bytes]] = {
        f"gzip {level}": lambda level=level: gzip.compress(body, level) for level in (6, 9)
    }  # type: ignore[misc]
    ways |= {f"br {level}": lambda level=level: brotli.compress(body, quality=level) for level in (4, 5, 9, 11)}  # type: ignore[misc]
    for name, way in ways.items():
        median = statistics.median(processor_ms(way) for _ in range(ROUNDS))
        print(f"{'':14} {name:9} {len(way()):8,} bytes {median:7.1f} ms")


def processor_ms(work: Callable[[], object]) -> float:
    """The processor time of one call."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1_000


def comments(data: Path) -> list[str]:
    """Public comments of a blog if available, otherwise generated ones. Deterministic."""
    path = data / "dev/haacked_blog_comments/comments.jsonl.gz"
    if not path.exists():
        return [sample.body for sample in generate(COMMENTS, seed=1)]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"][:2000] for _, line in zip(range(COMMENTS), lines, strict=False)]


if __name__ == "__main__":
    main()
