"""How a write reaches the disk: in one piece, in groups that share nothing but the commit."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from moderation.errors import NotFound, StoreBusy
from moderation.store import Store
from moderation.store.database.engines import open_database
from moderation.store.database.group_commit import GROUP_SIZE
from moderation.store.tables import comments
from tests.builders import NOON, a_sealer, a_site, received
from tests.counting import counting
from tests.together import Together
from tests.waiting import LIMIT_S

_HANG_UP = """SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def _site_ids(store):
    with store.read() as uow:
        return [site.id for site in uow.sites.all()]


def _add(store, id):
    store.write(lambda uow: uow.sites.add(a_site(id), at=NOON))


def test_a_reader_cannot_write(store):
    with pytest.raises((StoreBusy, DBAPIError)), store.read() as uow:
        uow.sites.add(a_site("other"), at=NOON)

    assert _site_ids(store) == ["demo"]


def test_a_reader_sees_one_moment_however_long_it_looks(store):
    with store.read() as uow:
        before = uow.sites.all()
        _add(store, "other")
        assert uow.sites.all() == before

    assert _site_ids(store) == ["demo", "other"]


def test_work_that_raises_leaves_nothing(store):
    def work(rows):
        rows.sites.add(a_site("other"), at=NOON)
        raise KeyError("mine")

    with pytest.raises(KeyError):
        store.write(work)

    assert _site_ids(store) == ["demo"]


def test_a_write_gives_what_its_work_gives(store):
    assert store.write(lambda uow: uow.sites.get("demo").name) == a_site().name


def test_every_commit_on_sqlite_waits_for_the_disk(sqlite_store):
    def settings(rows):
        return [
            rows.connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert sqlite_store.write(settings) == ["wal", 2, 1]


def test_a_write_on_sqlite_takes_the_lock_at_once(sqlite_store, sqlite_url):
    """Or two processes could both read, both try to write, and one would fail instead of wait."""
    began, go_on = threading.Event(), threading.Event()

    def hold(rows):
        began.set()
        assert go_on.wait(timeout=LIMIT_S)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(sqlite_store.write, hold)
        assert began.wait(timeout=LIMIT_S)
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        go_on.set()
        holding.result(timeout=LIMIT_S)
        other.execute("BEGIN IMMEDIATE")
        other.close()


def add_sites(uow, ids):
    """Work for many parts: a site for each id. Returns the ids."""
    for id in ids:
        if id == "half":
            uow.sites.add(a_site("half-done"), at=NOON)
            raise ZeroDivisionError
        uow.sites.add(a_site(id), at=NOON)
    return ids


def test_parts_that_wait_are_written_together_with_one_commit(store):
    with counting(store.engine) as counts, Together(store) as group:
        for number in range(GROUP_SIZE):
            group.add(add_sites, f"s{number}")

    assert len(_site_ids(store)) == GROUP_SIZE + 1
    assert counts.commits == 2  # the one that all waited for, and theirs


def test_a_part_that_fails_harms_no_other_in_its_group(store):
    with Together(store) as group:
        one = group.add(add_sites, "one")
        twice = group.add(add_sites, "demo")
        half = group.add(add_sites, "half")
        two = group.add(add_sites, "two")

    assert _site_ids(store) == ["demo", "one", "two"]
    assert [one.result(), two.result()] == ["one", "two"]
    assert isinstance(twice.exception(), IntegrityError)
    assert isinstance(half.exception(), ZeroDivisionError)


def test_a_disk_that_fails_is_reported_to_everyone_in_the_group(sqlite_store):
    def fill(uow, ids):
        add_sites(uow, ids)
        uow.connection.execute(text("PRAGMA max_page_count=1"))
        uow.connection.execute(text("CREATE TABLE filler AS SELECT zeroblob(10000000)"))

    with Together(sqlite_store) as group:
        futures = [group.add(fill, "one"), group.add(fill, "two")]

    assert [type(each.exception()) for each in futures] == [StoreBusy, StoreBusy]
    assert _site_ids(sqlite_store) == ["demo"]


def test_more_parts_than_a_group_takes_are_all_written(sqlite_store):
    with Together(sqlite_store) as group:
        for number in range(GROUP_SIZE + 20):
            group.add(add_sites, f"s{number}")

    assert len(_site_ids(sqlite_store)) == GROUP_SIZE + 21


def test_the_text_of_an_error_quotes_nothing_that_was_written(store):
    with pytest.raises(IntegrityError) as refused:
        store.write(lambda uow: uow.sites.add(a_site("demo", name="SECRET"), at=NOON))

    assert "SECRET" not in str(refused.value)


def test_a_database_that_is_away_is_busy_and_not_a_mistake(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/nowhere/rejoinder.db", a_sealer())

    with pytest.raises(StoreBusy), store.read() as uow:
        uow.sites.all()
    with pytest.raises(StoreBusy):
        store.write(lambda uow: None)

    store.close()


def test_a_postgresql_that_is_away_is_busy_and_not_a_mistake(tmp_path):
    store = Store(f"postgresql:///rejoinder?host={tmp_path}", a_sealer())

    with pytest.raises(StoreBusy), store.read() as uow:
        uow.sites.all()

    store.close()


@pytest.mark.slow
def test_a_postgresql_that_hung_up_is_called_again(postgresql_store):
    assert _site_ids(postgresql_store) == ["demo"]
    other = create_engine(postgresql_store.engine.url)
    with other.begin() as connection:
        connection.execute(text(_HANG_UP))
    other.dispose()

    _add(postgresql_store, "other")

    assert _site_ids(postgresql_store) == ["demo", "other"]


@pytest.mark.slow
def test_postgresql_keeps_over_a_look_what_it_has_prepared(postgresql_store):
    for _ in range(10):
        _site_ids(postgresql_store)
    with pytest.raises(NotFound), postgresql_store.read() as uow:
        uow.sites.get("nowhere")

    with postgresql_store.read() as uow:
        prepared = uow.connection.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert [statement for statement in prepared if "FROM sites" in statement]


@pytest.mark.slow
def test_postgresql_reads_no_whole_table_with_a_plan_from_when_it_was_small(postgresql_store):
    def look(uow):
        uow.intake.load_context(["demo"], idempotency_keys=[b"k"], thread_keys=["p"], parents=["cmt_1"])

    comment = received(postgresql_store)
    for _ in range(20):  # psycopg prepares a statement after five executions, PostgreSQL keeps a plan after five more
        postgresql_store.write(look)
    postgresql_store.write(lambda uow: _copy(uow, comment.id, times=5_000))

    def rows_read(uow):
        look(uow)
        return uow.connection.scalar(
            text("SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname = 'comments'")
        )

    assert postgresql_store.write(rows_read) == 0


def _copy(uow, comment_id, *, times):
    """Insert the comment again and again, under new ids."""
    columns = ", ".join(column.name for column in comments.c if column.name not in {"id", "idempotency_key"})
    uow.connection.execute(
        text(
            f"INSERT INTO comments (id, {columns}) SELECT 'copy_' || number, {columns} "
            "FROM comments, generate_series(1, :times) AS number WHERE id = :id"
        ),
        {"times": times, "id": comment_id},
    )


def test_a_wrong_statement_is_a_mistake_and_not_busy(store):
    with pytest.raises(DBAPIError):
        store.write(lambda uow: uow.connection.execute(text("SELECT nonsense FROM nowhere")))


@pytest.mark.parametrize(
    "url", ["postgresql://rita@host/name", "postgres://rita@host/name", "postgresql+psycopg://rita@host/name"]
)
def test_every_usual_way_of_naming_postgresql_is_understood(url):
    database = open_database(url)

    assert database.engine.url.drivername == "postgresql+psycopg"
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize(("waits_s", "most_ms"), [(0, 5000), (3, 2000), (6, 1)])
def test_a_writer_that_has_waited_already_waits_less_for_a_lock(postgresql_store, waits_s, most_ms):
    until = time.monotonic() + 5 - waits_s

    with postgresql_store._database._transaction(until) as connection:
        look = text("SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout'")
        assert 0 < connection.scalar(look) <= most_ms
