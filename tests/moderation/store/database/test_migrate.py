"""The way of a database to its schema, and what is said when there is no way."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from moderation.store.database.migrate import DatabaseUnusable, check, migrate, opened_database
from moderation.store.tables import metadata
from tests.conftest import administer
from tests.waiting import LIMIT_S

pytestmark = [  # `described` compares that index
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index"),
]


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a single table, of the same kind as `database_url`."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server = url.set(database="postgres")
    administer(server, "DROP DATABASE IF EXISTS blank WITH (FORCE)", "CREATE DATABASE blank TEMPLATE template0")
    yield server.set(database="blank").render_as_string(hide_password=False)
    administer(server, "DROP DATABASE blank WITH (FORCE)")


def test_the_revisions_end_at_the_schema_of_tables_py(empty_url):
    migrate(empty_url)

    assert differences(empty_url) == []


def test_the_revisions_end_at_exactly_what_create_all_makes(empty_url, database_url):
    migrate(empty_url)

    assert described(empty_url) == described(database_url)


def test_a_second_run_finds_nothing_to_do(empty_url):
    first = migrate(empty_url)
    second = migrate(empty_url)

    assert not first.is_current
    assert second.is_current
    assert check(empty_url) == second


def test_looking_at_a_new_database_changes_nothing(empty_url):
    revision = check(empty_url)

    assert revision.found == ""
    assert not revision.is_current


@pytest.mark.slow
def test_several_processes_may_start_at_once(empty_url):
    program = f"from moderation.store.database.migrate import migrate; print(repr(migrate({empty_url!r}).found))"

    runs = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    found = sorted(run.communicate(timeout=LIMIT_S)[0].strip() for run in runs)

    assert [run.returncode for run in runs] == [0, 0, 0, 0]
    assert found == ["''", *[repr(check(empty_url).needed)] * 3]
    assert differences(empty_url) == []


def test_a_database_of_a_newer_version_is_left_alone(empty_url):
    migrate(empty_url)
    administer(make_url(empty_url), "UPDATE alembic_version SET version_num = '9999'")

    for ask in (migrate, check):
        with pytest.raises(DatabaseUnusable, match=r"newer Rejoinder \(revision 9999\)"):
            ask(empty_url)


def test_a_file_that_is_no_database_is_named_with_a_remedy(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("Dear diary, " * 100)

    with pytest.raises(DatabaseUnusable, match=r"notes\.db cannot be used: file is not a database. .*backup"):
        migrate(f"sqlite:///{path}")


def test_a_disk_that_fails_is_told_to_be_looked_at(tmp_path):
    trouble = OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))

    with (
        pytest.raises(DatabaseUnusable, match=r"disk I/O error\. Look at the disk: it may be full"),
        opened_database(f"sqlite:///{tmp_path / 'rejoinder.db'}"),
    ):
        raise trouble


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DatabaseUnusable, match="there is no folder"):
        migrate(f"sqlite:///{tmp_path / 'gone' / 'rejoinder.db'}")


def test_a_server_that_does_not_answer_is_named_without_its_password():
    with pytest.raises(DatabaseUnusable) as error:
        migrate("postgresql://someone:opensesame@127.0.0.1:9/rejoinder")

    assert "opensesame" not in str(error.value)
    assert "someone:***@127.0.0.1:9" in str(error.value)
    assert "Check REJOINDER_DATABASE_URL" in str(error.value)


def differences(url: str) -> list[Any]:
    engine = create_engine(url)
    with engine.connect() as connection:
        options = {"include_object": lambda thing, name, kind, reflected, other: not _is_special(name)}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()
    return found


def _is_special(name: str | None) -> bool:
    """Whether a table or an index is of those that SQLAlchemy has no words for; `described` compares them."""
    return str(name).startswith(("word_index", "ix_comment_words_words", "ix_comments_priority"))


def described(url: str) -> dict[str, Any]:
    """All that a database tells about its tables, but for Alembic's own."""
    engine = create_engine(url)
    look = inspect(engine)
    tables = {name: _table(look, name) for name in look.get_table_names() if name != "alembic_version"}
    with engine.connect() as connection:
        triggers = connection.scalars(text(_TRIGGERS)).all() if connection.dialect.name == "sqlite" else []
    engine.dispose()
    return {**tables, "triggers": sorted(triggers)}


_TRIGGERS = """
SELECT sql FROM sqlite_master
WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL%' OR sql LIKE 'CREATE INDEX%coalesce%'
"""


def _table(look: Any, name: str) -> dict[str, Any]:
    return {
        "columns": {column["name"]: str(column) for column in look.get_columns(name)},
        "primary key": look.get_pk_constraint(name),
        "foreign keys": sorted(map(str, look.get_foreign_keys(name))),
        "unique": sorted(map(str, look.get_unique_constraints(name))),
        "indexes": sorted(map(_index, look.get_indexes(name))),
    }


def _index(index: dict[str, Any]) -> str:
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})
