"""A database begins with a secret, and is never opened with another one."""

import errno
import shutil
import stat
from contextlib import closing
from sqlite3 import connect

import pytest
from sqlalchemy import text

from moderation.config.bootstrap import prepare
from moderation.config.settings import Settings
from moderation.errors import BadSetting
from moderation.store import Store
from moderation.store.database.migrate import opened_database
from moderation.store.sealing import Sealer
from tests.builders import NOON, a_site, a_submission, received

LONG = "forty characters that nobody could guess"


@pytest.fixture
def settings(database_url, tmp_path):
    """Settings for a new database: `settings(secret="…")`, or with a secret in the home."""

    def settings(home="home", secret=""):
        return Settings.from_env(
            {
                "REJOINDER_HOME": str(tmp_path / home),
                "REJOINDER_DATABASE_URL": database_url,
                "REJOINDER_SECRET": secret,
            }
        )

    return settings


def test_a_secret_that_nobody_set_is_made_once_and_kept_for_its_owner(settings):
    prepare(settings())
    first = settings().secret
    prepare(settings())

    path = settings().home / "secret"
    assert len(first) >= 32
    assert first == settings().secret == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret"]


def test_on_a_full_disk_no_half_of_a_secret_stays(settings, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)

    with pytest.raises(BadSetting, match="cannot be written: No space left on device"):
        prepare(settings())

    assert [each.name for each in settings().home.iterdir() if each.name.startswith("secret")] == []


def test_where_a_secret_is_set_none_is_made(settings):
    prepare(settings(secret=LONG))

    assert list(settings().home.iterdir()) == []


def test_another_secret_is_refused_with_the_name_of_the_variable(settings):
    prepare(settings(secret=LONG))

    with pytest.raises(BadSetting, match="The secret in REJOINDER_SECRET is not the one that this database began"):
        prepare(settings(secret=LONG[::-1]))

    prepare(settings(secret=LONG))


def test_a_secret_in_the_home_that_is_another_one_is_refused_with_the_name_of_the_file(settings):
    prepare(settings())
    path = settings().home / "secret"
    path.write_text(LONG)

    with pytest.raises(BadSetting, match=rf"The secret in the file '{path}' is not the one .* from your backup"):
        prepare(settings())


def test_a_lost_secret_is_told_and_no_other_is_made_in_its_place(settings):
    prepare(settings("home"))

    with pytest.raises(BadSetting, match=r"The secret is missing: REJOINDER_SECRET is not set, and .*/copy/secret"):
        prepare(settings("copy"))

    assert list(settings("copy").home.iterdir()) == []


def test_a_database_that_was_told_to_forget_its_secret_begins_with_a_new_one(settings, database_url):
    prepare(settings(secret=LONG))
    with opened_database(database_url) as database, database.engine.begin() as connection:
        connection.execute(text("DELETE FROM installation"))  # as docs/operate.md says

    prepare(settings())

    prepare(settings())


def test_a_database_and_a_secret_from_a_backup_open_what_was_sealed(tmp_path):
    """As docs/operate.md says: SQLite's own `.backup` while the service runs, and the file with the secret."""
    home, restored = tmp_path / "home", tmp_path / "restored"
    begun = Settings.from_env({"REJOINDER_HOME": str(home)})
    prepare(begun)
    with closing(Store(begun.database_url, Sealer(begun.secret))) as store:
        store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
        comment = received(store, a_submission(email="rita@reader.example"))
        restored.mkdir()
        with closing(connect(home / "rejoinder.db")) as source, closing(connect(restored / "rejoinder.db")) as copy:
            source.backup(copy)
    shutil.copy(home / "secret", restored)

    found = Settings.from_env({"REJOINDER_HOME": str(restored)})
    prepare(found)

    with closing(Store(found.database_url, Sealer(found.secret))) as store, store.read() as uow:
        assert uow.comments.get(comment.id) == comment
        assert uow.comments.email_of(comment.id).reveal() == "rita@reader.example"
