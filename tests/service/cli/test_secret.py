"""`rejoinder secret rotate`: everything is sealed again, the old secret opens nothing, all else works on."""

import stat
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary

from moderation import reseal
from moderation.comment import Email
from moderation.config.home import is_rotating, secret_path
from moderation.config.settings import Settings
from moderation.intake import status_token
from moderation.store import Store
from moderation.store.resealing import SEALED
from moderation.store.sealing import SealBroken, Sealer
from moderation.store.tables import metadata
from service.cli.up import lock_home
from tests.builders import NOON, a_check, a_submission, received
from tests.moderation.store.announcing import an_endpoint
from tests.moderation.test_second_factor import code_at, turned_on, way
from tests.service.dashboard.conftest import add_moderator

EMAIL = "canary@reader.example"


@pytest.fixture
def sealed(store):
    """A comment, a check and an endpoint."""
    an_endpoint(store)
    a_check(store, a_submission("A check.", email=EMAIL))
    return received(store, a_submission("Canary", email=EMAIL))


@pytest.fixture
def opened(home, store):
    """Opens the installation with the secret that is in its home now, or with another."""
    stores = []

    def open_with(secret=None):
        settings = Settings.from_env({"REJOINDER_HOME": str(home)})
        stores.append(Store(settings.database_url, Sealer(secret or settings.secret)))
        return stores[-1]

    yield open_with
    for each in stores:
        each.close()


def email_of(store, comment):
    with store.read() as uow:
        return uow.comments.email_of(comment.id)


def test_what_was_sealed_is_sealed_again_and_the_old_secret_opens_nothing(console, store, home, sealed, opened):
    old = secret_path(home).read_bytes()

    done = console.json("secret", "rotate")

    new, kept = secret_path(home).read_bytes().split(b"\n")
    assert done == {"sealed": 3, "unreadable": 0}
    assert kept == old and new != old and stat.S_IMODE(secret_path(home).stat().st_mode) == 0o600
    assert email_of(opened(), sealed) == Email(EMAIL)
    with pytest.raises(SealBroken):
        email_of(opened(old), sealed)
    assert not is_rotating(home)


def test_a_second_factor_works_on_with_the_new_secret(console, store, home, opened):
    mina = add_moderator(store, "Mina")
    secret, codes = turned_on(store, mina)
    new_time = NOON + timedelta(minutes=1)

    assert console.json("secret", "rotate")["sealed"] == 1

    assert way(opened(), mina, code_at(secret, new_time), new_time) == "code"
    assert way(opened(), mina, codes[0], new_time) == "recovery code"


def test_authors_are_still_found_and_status_links_still_work(console, store, home, sealed, opened):
    token = status_token(store.sealer, sealed.id)

    console.json("secret", "rotate")

    assert status_token(opened().sealer, sealed.id) == token
    console_finds = console("person", "export", EMAIL).stdout
    assert "Canary" in console_finds


def test_a_second_rotation_drops_the_secret_between(console, store, home, sealed, opened):
    first = secret_path(home).read_bytes()
    console.json("secret", "rotate")
    second = secret_path(home).read_bytes().split(b"\n")[0]

    console.json("secret", "rotate")

    third, kept = secret_path(home).read_bytes().split(b"\n")
    assert kept == first and third not in {first, second}
    assert email_of(opened(), sealed) == Email(EMAIL)


def test_a_rotation_that_was_broken_off_goes_on_and_both_secrets_work_meanwhile(
    console, store, home, sealed, opened, monkeypatch
):
    more = [received(store, a_submission(f"More {n}", email=EMAIL)) for n in range(5)]
    monkeypatch.setattr(reseal, "AT_ONCE", 2)
    reached = []

    def stop(name):
        reached.append(name)
        if name == "resealing.after_batch" and len(reached) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reseal.failpoints, "reach", stop)
        assert console("secret", "rotate").exit_code != 0
    new = secret_path(home).read_bytes().split(b"\n")[0]
    both = opened()

    assert is_rotating(home)
    assert {email_of(both, each) for each in (sealed, *more)} == {Email(EMAIL)}
    written_meanwhile = received(both, a_submission("Meanwhile", email=EMAIL), at=NOON)
    assert console.json("secret", "rotate")["sealed"] < 8
    assert secret_path(home).read_bytes().split(b"\n")[0] == new
    only_new = Sealer(new)
    with both.read() as uow:
        for each in (sealed, *more, written_meanwhile):
            row = uow.connection.exec_driver_sql(f"SELECT email_sealed FROM comments WHERE id = '{each.id}'").one()
            assert only_new.open(row[0], about=each.id).decode() == EMAIL


def test_it_is_refused_while_the_service_runs(console, store, home, sealed):
    before = secret_path(home).read_bytes()

    with lock_home(home):
        refusal = console.refusal("secret", "rotate")

    assert "Rejoinder already runs in" in refusal
    assert "Stop it, call this again, and start it again" in refusal and "REJOINDER_PORT" not in refusal
    assert secret_path(home).read_bytes() == before


def test_a_secret_of_the_environment_is_rotated_by_whoever_sets_it(console, store, home, sealed, opened):
    old = secret_path(home).read_bytes().decode()
    console.environment["REJOINDER_SECRET"] = old
    assert "Put a new one before it, in a line of its own" in console.refusal("secret", "rotate")

    console.environment["REJOINDER_SECRET"] = f"{'a new secret of the environment' * 2}\n{old}"
    done = console.json("secret", "rotate")

    assert done["sealed"] == 3
    assert email_of(opened(console.environment["REJOINDER_SECRET"].encode()), sealed) == Email(EMAIL)


def test_every_sealed_column_is_sealed_again():
    columns = {
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed") and isinstance(column.type, LargeBinary)
    }

    assert {each.column for each in SEALED} == columns
