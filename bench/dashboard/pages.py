"""How long the server needs for each page and filter of the dashboard on a large site."""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from bench.installations import fresh_database
from moderation.accounts import Role
from moderation.config.settings import Settings
from moderation.demo.fill import Plan, fill
from moderation.store import Store
from moderation.store.database.migrate import migrate
from service.app import create_app
from service.auth.actors import SESSION_COOKIE
from tests.builders import ADA, RecordingDispatch, a_sealer, a_site
from tests.explaining import explaining
from tests.service.conftest import NO_LIMITS

FILTERS = (
    "",
    "order=oldest",
    "order=newest",
    "order=spam",
    "order=abuse",
    "status=approved",
    "status=rejected",
    "reason=spam",
    "status=rejected&reason=abuse",
    "thread=/demo/7",
    "author=Hannah",
    "author=reader7@reader7.example",
    "author=@reader7.example",
    "text=oven",
    "text=oven+salt&status=approved",
    "text=marzipan",
    "link=shop7.example",
    "network=198.51.7.0/24",
    "language=fi",
    "language=de&status=approved",
    "by=policy&status=rejected",
    "spam_from=40&spam_to=60",
    "abuse_from=90",
    "first_day=2026-01-01",
)
PAGES = (
    "campaigns",
    "activity",
    "insights",
    "people",
    "rules",
    "audit",
    "reports",
    "appeals",
    "second-looks",
    "learning",
    "settings",
    "bulk",
    "comments/{comment}",
    "comments/{comment}/page",
    "comments/{comment}/author",
)


def time_pages(database: str, count: int, *, rounds: int, explains: bool = False) -> None:
    """Print for each the median processor time, the 95th percentile by the clock, and the size; the slowest last."""
    with filled(database, count) as (client, store):
        comment = _comment(client)
        found = []
        paths = [*(f"?{query}" for query in FILTERS), *(page.format(comment=comment) for page in PAGES)]
        for path in paths:
            url = f"/dashboard/{path}"
            answer = client.get(url, follow_redirects=True)
            if answer.status_code != 200:
                print(f"{url}: {answer.status_code}")
                continue
            clocks, works = zip(*(_timed(client, url) for _ in range(rounds)), strict=True)
            found.append((median(works), sorted(clocks)[-1 - rounds // 20], len(answer.data), url))
            if explains:
                _explain(client, store, url)
        print(f"{count:,} comments, {database}: processor time (median, ms), clock (p95, ms), KB")
        for work, p95, size, url in sorted(found):
            print(f"{work * 1e3:8.1f} {p95 * 1e3:8.1f} {size / 1e3:8.0f}  {url}")


@contextmanager
def filled(database: str, count: int) -> Iterator[tuple[FlaskClient, Store]]:
    """A signed-in owner's browser on a site with so many comments, a twentieth of which wait."""
    now = datetime.now(UTC)
    with fresh_database(database) as url, tempfile.TemporaryDirectory() as home:
        migrate(url)
        with closing(Store(url, a_sealer())) as store:
            store.write(lambda uow: uow.sites.add(a_site(), at=now))
            began = time.monotonic()
            fill(store, Plan("demo", count, count // 20, ADA, now))
            print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
            store.write(lambda uow: uow.connection.execute(text("ANALYZE")))
            owner = store.write(lambda uow: uow.accounts.add_moderator("Olga", Role.OWNER, ["demo"], at=now))
            day = timedelta(days=1)
            token = store.write(lambda uow: uow.accounts.issue_sign_in(owner, kind="session", lifetime=day, at=now))
            settings = Settings.from_env({"REJOINDER_HOME": str(Path(home) / "home"), **NO_LIMITS})
            client = create_app(settings, store=store, dispatch=RecordingDispatch()).test_client()
            client.set_cookie(SESSION_COOKIE, token)
            yield client, store


def _comment(client: FlaskClient) -> str:
    found = re.search(r"cmt_[0-9a-f]+", client.get("/dashboard/?status=approved").text)
    assert found
    return found[0]


def _timed(client: FlaskClient, url: str) -> tuple[float, float]:
    """By the clock, and the processor time of this process, which is all of it on SQLite."""
    began, worked = time.perf_counter(), time.process_time()
    client.get(url, follow_redirects=True)
    return time.perf_counter() - began, time.process_time() - worked


def _explain(client: FlaskClient, store: Any, url: str) -> None:
    with explaining(store.engine) as steps:
        client.get(url)
    print(url)
    for step in dict.fromkeys(steps):
        print(f"    {step}")
