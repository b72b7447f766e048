"""`rejoinder backup` and `rejoinder restore` on SQLite. PostgreSQL and kill -9 are in tests/faults/test_backup.py."""

import sqlite3
import stat
from contextlib import closing

import pytest
from sqlalchemy import select

from moderation.config.backup import secret_beside
from moderation.config.bootstrap import prepare
from moderation.config.home import secret_path
from moderation.config.settings import Settings
from moderation.store import Store
from moderation.store.sealing import Sealer
from moderation.store.tables import comments
from service.cli.up import lock_home
from tests.builders import a_submission, received
from tests.service.cli.conftest import Console


@pytest.fixture
def backup(console, store, tmp_path):
    """A backup of an installation with one comment and an audit trail."""
    received(store, a_submission("Kept in the backup."))
    console("key", "add", "demo")
    path = tmp_path / "backup.db"
    console.json("backup", str(path))
    return path


@pytest.fixture
def elsewhere(tmp_path):
    """A console on another home, in which nothing has been started."""
    return Console(tmp_path / "elsewhere")


def bodies(home):
    settings = Settings.from_env({"REJOINDER_HOME": str(home)})
    with closing(Store(settings.database_url, Sealer(settings.secret))) as store, store.read() as uow:
        return list(uow.connection.scalars(select(comments.c.body).order_by(comments.c.id)))


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_names_its_two_private_files(console, store, tmp_path):
    path = tmp_path / "backup.db"

    result = console("backup", str(path))

    assert result.exit_code == 0, result.output
    assert str(path) in result.stdout and f"{path}.secret" in result.stdout
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path, secret_beside(path))} == {0o600}
    assert files(tmp_path) == ["backup.db", "backup.db.secret", "home"]


def test_the_secret_is_not_in_the_backup(backup, home):
    secret = secret_path(home).read_bytes()

    assert secret not in backup.read_bytes()
    assert secret_beside(backup).read_bytes() == secret


def test_a_secret_of_the_environment_is_written_to_no_file(console, tmp_path):
    console.environment["REJOINDER_SECRET"] = "the secret of a test, in the environment"
    settings = Settings.from_env({name: str(value) for name, value in console.environment.items()})
    prepare(settings)

    written = console.json("backup", str(tmp_path / "backup.db"))

    assert written["secret"] is None
    assert files(tmp_path) == ["backup.db", "home"]


def test_an_existing_file_is_not_overwritten(console, backup):
    before = backup.read_bytes()

    assert console.refusal("backup", str(backup)) == f"{str(backup)!r} exists already. Name a new file."
    assert backup.read_bytes() == before


def test_a_folder_that_does_not_exist_is_named(console, store, tmp_path):
    refusal = console.refusal("backup", str(tmp_path / "none" / "backup.db"))

    assert "cannot be written: No such file or directory" in refusal


def test_a_restore_in_an_empty_home_gives_back_comments_secret_and_trail(backup, elsewhere, console, tmp_path):
    trail = console.json("audit", "verify")

    elsewhere.json("restore", str(backup))

    assert bodies(tmp_path / "elsewhere") == ["Kept in the backup."]
    assert elsewhere.json("audit", "verify") == trail and trail["is_whole"]
    assert elsewhere.json("doctor")["findings"]


def test_a_backup_that_does_not_exist_is_named(elsewhere, tmp_path):
    assert "cannot be read: No such file" in elsewhere.refusal("restore", str(tmp_path / "none.db"))


def test_an_installation_that_is_not_empty_is_replaced_only_when_asked(console, backup, store, home):
    received(store, a_submission("Newer than the backup."))
    store.close()

    refusal = console.refusal("restore", str(backup))

    assert refusal == "This installation is not empty. To replace its database with the backup, add --replace."
    assert len(bodies(home)) == 2
    console.json("restore", str(backup), "--replace")
    assert bodies(home) == ["Kept in the backup."]


def test_a_database_that_a_process_has_open_is_not_replaced(console, backup, store, home):
    received(store, a_submission("Newer than the backup."))

    refusal = console.refusal("restore", str(backup), "--replace")

    assert "is in use" in refusal and "Stop every `rejoinder up`, `serve` and `work` first." in refusal
    assert len(bodies(home)) == 2


def test_nothing_is_restored_while_up_runs(console, backup, store, home):
    store.close()

    with lock_home(home):
        refusal = console.refusal("restore", str(backup), "--replace")

    assert "already runs" in refusal


def test_a_damaged_database_can_be_replaced(console, backup, store, home):
    store.close()
    (home / "rejoinder.db").write_bytes(b"not a database at all" * 1000)

    console.json("restore", str(backup), "--replace")

    assert bodies(home) == ["Kept in the backup."]


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[: len(data) // 2], lambda data: data[:-4096] + bytes(4096)],
    ids=["cut off", "one page of zeros"],
)
def test_a_damaged_backup_changes_nothing(console, backup, store, home, damage):
    received(store, a_submission("Newer than the backup."))
    store.close()
    backup.write_bytes(damage(backup.read_bytes()))

    refusal = console.refusal("restore", str(backup), "--replace")

    assert "is damaged" in refusal
    assert len(bodies(home)) == 2


def test_a_file_of_another_kind_is_no_backup(console, store, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("remember the milk")

    assert console.refusal("restore", str(path)) == f"{str(path)!r} is damaged, or not a backup of Rejoinder."


def test_a_backup_of_postgresql_is_not_restored_into_sqlite(console, store, tmp_path):
    path = tmp_path / "dump"
    path.write_bytes(b"PGDMP and more")

    assert "This is a backup of PostgreSQL" in console.refusal("restore", str(path))


def test_a_backup_of_a_newer_version_changes_nothing(console, backup, store, home):
    store.close()
    with closing(sqlite3.connect(backup)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    refusal = console.refusal("restore", str(backup), "--replace")

    assert "was made by a newer Rejoinder (revision 9999)" in refusal
    assert bodies(home) == ["Kept in the backup."]


def test_another_secret_is_named_by_its_fingerprint_and_changes_nothing(backup, elsewhere, tmp_path):
    secret_beside(backup).write_bytes(b"another secret of at least 32 characters")
    other = Sealer(b"another secret of at least 32 characters").fingerprint.hex()[:12]

    refusal = elsewhere.refusal("restore", str(backup))

    assert f"its fingerprint is {other}" in refusal and f"{backup}.secret" in refusal
    assert files(tmp_path / "elsewhere") == ["up.lock"]


def test_a_secret_of_another_installation_stays_where_it_is(backup, elsewhere, tmp_path):
    home = tmp_path / "elsewhere"
    home.mkdir()
    secret_path(home).write_bytes(b"another secret of at least 32 characters")

    refusal = elsewhere.refusal("restore", str(backup))

    assert "Move that file away" in refusal
    assert secret_path(home).read_bytes() == b"another secret of at least 32 characters"


def test_a_missing_secret_is_asked_for_by_name(backup, elsewhere, tmp_path):
    secret = secret_beside(backup).rename(tmp_path / "kept-apart")

    assert "Name its file with --secret" in elsewhere.refusal("restore", str(backup))
    elsewhere.json("restore", str(backup), "--secret", str(secret))
    assert bodies(tmp_path / "elsewhere") == ["Kept in the backup."]


def test_an_erased_text_is_not_left_in_the_free_pages_of_a_backup(console, store, home, tmp_path):
    received(store, a_submission("UNFORGETTABLE " * 2000))
    with closing(sqlite3.connect(home / "rejoinder.db")) as connection, connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("UPDATE comments SET body = ''")
    path = tmp_path / "backup.db"

    console.json("backup", str(path))

    assert b"UNFORGETTABLE UNFORGETTABLE" not in path.read_bytes()
