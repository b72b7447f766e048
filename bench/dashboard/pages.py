"""How long the server needs for each page and filter of the dashboard on a large site."""

import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from bench.dashboard.plans import Plans
from bench.installations import fresh_database
from moderation.accounts import Role
from moderation.config.settings import Settings
from moderation.demo.fill import Plan, fill
from moderation.store import Store
from moderation.store.database.migrate import migrate
from service.app import create_app
from service.auth.actors import SESSION_COOKIE
from tests.builders import ADA, RecordingDispatch, a_sealer, a_site
from tests.service.conftest import NO_LIMITS

FILTERS = (
    "",
    "order=oldest",
    "order=newest",
    "order=spam",
    "order=abuse",
    "status=approved",
    "status=rejected",
    "status=approved&order=spam",
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
    "status=approved&last_day={day}",
)
PAGES = (
    "campaigns",
    "activity",
    "sites/demo/insights",
    "people",
    "rules",
    "sites/demo/audit",
    "reports",
    "appeals",
    "second-looks",
    "sites/demo/learning",
    "sites/demo/settings",
    "sites/demo/policy",
    "bulk",
    "comments/{comment}",
    "comments/{comment}/page",
    "comments/{comment}/author",
)


def time_pages(database: str, count: int, *, rounds: int, plans: Path | None = None) -> None:
    """Print what each page takes, the slowest last. plans: where to write how the database runs their statements."""
    with filled(database, count) as (client, store):
        print(f"{count:,} comments, {database}")
        report(client, store, rounds=rounds)
        if plans:
            write_plans(client, plans, f"{count:,} comments, {database}")


def report(client: FlaskClient, store: Store, *, rounds: int) -> None:
    """Print for each page its times in milliseconds, its statements and its size; the slowest last."""
    found = []
    for url in urls(client):
        answer = client.get(url)
        if answer.status_code != 200:
            print(f"{url}: {answer.status_code}")
            continue
        statements = _count_statements(client, url)
        times = [_timed(client, store, url) for _ in range(rounds)]
        clock, own, servers = (sorted(each) for each in zip(*times, strict=True))
        found.append((own[0] + servers[0], own, servers, clock, statements, len(answer.data), url))
    print("processor: own least, p50 and p95, server least and p50; clock p50 and p95; statements; KB")
    for _work, own, servers, clock, statements, size, url in sorted(found):
        p95 = -1 - rounds // 20
        ms = (own[0], median(own), own[p95], servers[0], median(servers), median(clock), clock[p95])
        print(" ".join(f"{each * 1e3:7.1f}" for each in ms), f"{statements:4} {size / 1e3:6.0f}  {url}")


def write_plans(client: FlaskClient, path: Path, head: str) -> None:
    """Write how the database runs the statements of all pages."""
    plans = Plans()
    for url in urls(client):
        with plans.of_page(url.replace(_comment(client), "cmt_…")):
            client.get(url)
    plans.write(path, head)


def urls(client: FlaskClient) -> list[str]:
    """Of all pages and filters."""
    comment = _comment(client)
    day = datetime.now(UTC).date() - timedelta(days=300)
    paths = [*(f"?{query.format(day=day)}" for query in FILTERS), *(page.format(comment=comment) for page in PAGES)]
    return [f"/dashboard/{path}" for path in paths]


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


def _count_statements(client: FlaskClient, url: str) -> int:
    made: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        made.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    client.get(url)
    event.remove(Engine, "before_cursor_execute", note)
    return len(made)


def _timed(client: FlaskClient, store: Store, url: str) -> tuple[float, float, float]:
    """By the clock, and the processor time of this process and of PostgreSQL's, all in seconds."""
    servers = _servers(store)
    before = _work_of(servers)
    began, worked = time.perf_counter(), time.process_time()
    client.get(url)
    return time.perf_counter() - began, time.process_time() - worked, _work_of(servers) - before


def _servers(store: Store) -> list[int]:
    """The processes of PostgreSQL that answer us; none on SQLite, which is in this process."""
    if store.engine.dialect.name == "sqlite":
        return []
    ours = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    return store.write(lambda uow: list(uow.connection.scalars(ours)))


def _work_of(processes: Sequence[int]) -> float:
    """The processor time of these processes since they began, as Linux counts it."""
    files = [Path(f"/proc/{process}/schedstat") for process in processes]
    return sum(int(file.read_text().split()[0]) for file in files if file.exists()) / 1e9
