"""Codes are those of RFC 6238, each is accepted once, and nothing of a secret is readable in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from sqlalchemy import text

from moderation import second_factors
from moderation.errors import Invalid
from moderation.second_factor import STEP_S, app_url, secret_text, step_of
from tests.builders import NOON
from tests.service.dashboard.conftest import add_moderator

RFC_SECRET = b"12345678901234567890"
RFC_CODES = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


def code_at(secret, at):
    return HOTP(secret, 6, SHA1()).generate(int(at.timestamp()) // STEP_S).decode()


@pytest.fixture
def mina(store):
    return add_moderator(store, "Mina")


def turned_on(store, moderator_id, at=NOON):
    """The secret and the recovery codes of a second factor that was turned on with the code of that time."""
    secret = store.write(lambda uow: second_factors.begin(uow, moderator_id, at=at))
    codes = store.write(lambda uow: second_factors.confirm(uow, moderator_id, code_at(secret, at), at=at))
    return secret, codes


def way(store, moderator_id, code, at):
    return store.write(lambda uow: second_factors.way_of(uow, moderator_id, code, at=at))


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES.items())
def test_a_code_is_the_one_of_the_rfc(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)

    assert step_of(RFC_SECRET, code, at=at) == seconds // STEP_S


def test_a_clock_may_be_one_step_wrong_and_no_more():
    code = code_at(RFC_SECRET, NOON)

    steps = [step_of(RFC_SECRET, code, at=NOON + timedelta(seconds=STEP_S * away)) for away in range(-2, 3)]

    assert [step is not None for step in steps] == [False, True, True, True, False]


def test_an_app_reads_the_account_and_the_secret_from_the_url():
    assert app_url(RFC_SECRET, "Mina & Co", "blog.example") == (
        "otpauth://totp/Rejoinder%20blog.example:Mina%20%26%20Co"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Rejoinder%20blog.example"
    )
    assert secret_text(RFC_SECRET).startswith("GEZD GNBV ")


def test_each_code_of_the_app_is_accepted_once_and_earlier_ones_not_at_all(store, mina):
    secret, _ = turned_on(store, mina)
    later = NOON + timedelta(minutes=1)

    assert way(store, mina, code_at(secret, NOON), NOON) is None  # turned it on
    assert way(store, mina, code_at(secret, later), later) == "code"
    assert way(store, mina, code_at(secret, later), later) is None
    assert way(store, mina, code_at(secret, later - timedelta(seconds=STEP_S)), later) is None


def test_ten_recovery_codes_are_accepted_once_each_however_they_are_typed(store, mina):
    _, codes = turned_on(store, mina)

    assert len(set(codes)) == 10
    assert way(store, mina, codes[0].upper().replace("-", " "), NOON) == "recovery code"
    assert way(store, mina, codes[0], NOON) is None
    with store.read() as uow:
        assert uow.second_factors.recovery_codes_left(mina) == 9


def test_a_recovery_code_is_its_owners_only(store, mina):
    _, codes = turned_on(store, mina)
    ines = add_moderator(store, "Ines")
    turned_on(store, ines)

    assert way(store, ines, codes[0], NOON) is None


def test_new_recovery_codes_replace_the_earlier_ones(store, mina):
    _, old = turned_on(store, mina)

    new = store.write(lambda uow: second_factors.replace_codes(uow, mina, old[0], at=NOON))

    assert way(store, mina, old[1], NOON) is None
    assert way(store, mina, new[1], NOON) == "recovery code"


def test_what_was_begun_and_not_confirmed_asks_for_nothing(store, mina):
    secret = store.write(lambda uow: second_factors.begin(uow, mina, at=NOON))

    with pytest.raises(Invalid, match="wrong"):
        store.write(lambda uow: second_factors.confirm(uow, mina, "000000", at=NOON))

    with store.read() as uow:
        assert not uow.second_factors.is_on(mina)
    assert way(store, mina, code_at(secret, NOON), NOON) is None


def test_a_second_factor_that_is_on_is_not_replaced_without_a_code(store, mina):
    secret, _ = turned_on(store, mina)

    with pytest.raises(Invalid, match="turn it off first"):
        store.write(lambda uow: second_factors.begin(uow, mina, at=NOON))
    with pytest.raises(Invalid, match="wrong or was used before"):
        store.write(lambda uow: second_factors.turn_off(uow, mina, "123456", at=NOON))

    later = NOON + timedelta(minutes=1)
    store.write(lambda uow: second_factors.turn_off(uow, mina, code_at(secret, later), at=later))
    with store.read() as uow:
        assert not uow.second_factors.is_on(mina)
        assert uow.second_factors.recovery_codes_left(mina) == 0


def test_neither_the_secret_nor_a_recovery_code_is_readable_in_the_database(store, mina):
    secret, codes = turned_on(store, mina)

    with store.read() as uow:
        [[sealed]] = uow.connection.execute(text("SELECT secret_sealed FROM second_factors"))
        digests = [bytes(digest) for [digest] in uow.connection.execute(text("SELECT digest FROM recovery_codes"))]

    assert secret not in bytes(sealed)
    assert not any(code.replace("-", "").encode() in digest for code in codes for digest in digests)
