from datetime import timedelta

import pytest

from moderation.accounts import Role, Scope
from moderation.errors import Invalid, NotFound
from moderation.site import checked_name
from tests.builders import DAY, NOON, SECOND, a_site

HOUR = timedelta(hours=1)


@pytest.fixture
def mina(store):
    """A moderator's id."""
    return store.write(lambda uow: uow.accounts.add_moderator("Mina", Role.MODERATOR, ["demo"], at=NOON))


def link(store, moderator_id, kind="link", lifetime=HOUR):
    return store.write(lambda uow: uow.accounts.issue_sign_in(moderator_id, kind=kind, lifetime=lifetime, at=NOON))


def who(store, token, *, at=NOON):
    with store.read() as uow:
        return uow.accounts.actor_of_session(token, at=at)


def everything_stored(store):
    with store.engine.connect() as connection:
        tables = ("keys", "sign_ins", "moderators")
        return "".join(str(connection.exec_driver_sql(f"SELECT * FROM {name}").all()) for name in tables)


def test_a_key_is_known_by_its_secret_alone(store):
    key_id, secret = store.write(lambda uow: uow.keys.add("demo", "CI", Scope.MODERATE, at=NOON))

    with store.read() as uow:
        actor = uow.keys.actor_of(secret)
    assert secret.startswith("rj_") and len(secret) >= 43
    assert (actor.id, actor.name, actor.grants) == (key_id, "CI", {"demo": Scope.MODERATE})


def test_no_secret_is_kept_as_it_is(store, mina):
    _, secret = store.write(lambda uow: uow.keys.add("demo", "CI", Scope.READ, at=NOON))
    token = link(store, mina)

    stored = everything_stored(store)

    assert secret not in stored and secret.removeprefix("rj_") not in stored
    assert token not in stored


def test_a_revoked_key_is_nobodys(store):
    key_id, secret = store.write(lambda uow: uow.keys.add("demo", "CI", Scope.READ, at=NOON))

    store.write(lambda uow: uow.keys.revoke(key_id, at=NOON + DAY))

    with store.read() as uow:
        assert uow.keys.actor_of(secret) is None
        assert [key.revoked_at for key in uow.keys.all("demo")] == [NOON + DAY]
    with pytest.raises(NotFound):
        store.write(lambda uow: uow.keys.revoke(key_id, at=NOON))


def test_a_key_belongs_to_a_site_that_is_there(store):
    with pytest.raises(NotFound):
        store.write(lambda uow: uow.keys.add("nowhere", "CI", Scope.READ, at=NOON))


@pytest.mark.parametrize("name", ["", "  ", " Mina", "x" * 101])
def test_a_moderator_needs_a_plain_name(store, name):
    with pytest.raises(Invalid):
        store.write(lambda uow: uow.accounts.add_moderator(name, Role.VIEWER, [], at=NOON))


def test_two_moderators_never_have_one_name(store, mina):
    with pytest.raises(Invalid):
        store.write(lambda uow: uow.accounts.add_moderator("Mina", Role.VIEWER, [], at=NOON))


def test_a_moderator_is_found_by_name_with_the_roles(store, mina):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    store.write(lambda uow: uow.accounts.grant(mina, "other", Role.VIEWER))
    store.write(lambda uow: uow.accounts.grant(mina, "demo", Role.OWNER))

    with store.read() as uow:
        found = uow.accounts.moderator_named("Mina")
        assert uow.accounts.moderators() == [found]
    assert found.roles == {"demo": Role.OWNER, "other": Role.VIEWER}


def test_a_password_hash_does_not_show(store, mina):
    store.write(lambda uow: uow.accounts.set_password(mina, "$argon2id$canary"))

    with store.read() as uow:
        found = uow.accounts.moderator_named("Mina")
    assert found.password_hash == "$argon2id$canary"
    assert "canary" not in repr(found)


def test_a_link_signs_in_once(store, mina):
    token = link(store, mina)

    used = [store.write(lambda uow: uow.accounts.redeem_link(token, at=NOON)) for _ in range(2)]

    assert used == [mina, None]


def test_a_link_is_good_until_its_time(store, mina):
    token = link(store, mina)

    assert store.write(lambda uow: uow.accounts.redeem_link(token, at=NOON + HOUR)) is None


def test_a_link_is_no_session_and_a_session_no_link(store, mina):
    a_link, a_session = link(store, mina), link(store, mina, kind="session")

    assert who(store, a_link) is None
    assert store.write(lambda uow: uow.accounts.redeem_link(a_session, at=NOON)) is None


def test_a_session_says_who_and_what_they_may(store, mina):
    actor = who(store, link(store, mina, kind="session"))

    assert (actor.id, actor.name, actor.grants) == (mina, "Mina", {"demo": Scope.MODERATE})


def test_a_session_ends_with_its_time_or_by_hand(store, mina):
    token = link(store, mina, kind="session")
    assert who(store, token, at=NOON + HOUR - SECOND)
    assert who(store, token, at=NOON + HOUR) is None

    store.write(lambda uow: uow.accounts.end_session(token))

    assert who(store, token) is None


def test_a_session_in_use_goes_on_but_not_for_ever(store, mina):
    token = link(store, mina, kind="session")

    def prolong(at):
        store.write(lambda uow: uow.accounts.prolong_session(token, idle=HOUR, absolute=2 * HOUR, at=at))
        with store.read() as uow:
            return uow.accounts.session_ends_at(token)

    assert prolong(NOON + 30 * 60 * SECOND) == NOON + 1.5 * HOUR
    assert prolong(NOON + 80 * 60 * SECOND) == NOON + 2 * HOUR
    assert prolong(NOON + 3 * HOUR) == NOON + 2 * HOUR


def test_whoever_is_disabled_is_out_at_once_and_begins_anew_when_enabled(store, mina):
    token = link(store, mina, kind="session")

    store.write(lambda uow: uow.accounts.disable(mina, at=NOON))

    assert who(store, token) is None
    meanwhile = link(store, mina, kind="session")
    assert who(store, meanwhile) is None

    store.write(lambda uow: uow.accounts.enable(mina))

    assert who(store, meanwhile) is None
    assert who(store, link(store, mina, kind="session"))


def test_ending_all_sessions_ends_those_of_nobody_else(store, mina):
    ben = store.write(lambda uow: uow.accounts.add_moderator("Ben", Role.VIEWER, [], at=NOON))
    minas, bens = link(store, mina, kind="session"), link(store, ben, kind="session")

    store.write(lambda uow: uow.accounts.end_sessions(mina))

    assert who(store, minas) is None
    assert who(store, bens).grants == {}


def test_what_has_ended_is_forgotten(store, mina):
    link(store, mina)
    link(store, mina, lifetime=DAY)

    assert store.write(lambda uow: uow.accounts.forget_sign_ins(before=NOON + HOUR)) == 1


@pytest.mark.parametrize("character", ["\x1b", "\n", "\r", "\x00", "\x7f", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_a_name_has_no_control_characters(store, character):
    name = f"Ada{character}[2J"

    with pytest.raises(Invalid, match="control characters"):
        store.write(lambda uow: uow.accounts.add_moderator(name, Role.OWNER, ["demo"], at=NOON))
    with pytest.raises(Invalid, match="control characters"):
        store.write(lambda uow: uow.keys.add("demo", name, Scope.READ, at=NOON))
    with pytest.raises(Invalid, match="control characters"):
        checked_name(name)
