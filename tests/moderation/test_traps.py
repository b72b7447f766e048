"""The form's traps yield signals and no false alarms; what a stranger sends as a token breaks nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.traps import SIGNALS, TOO_FAST, TOO_OLD, form_signals, issue_token, read_token
from tests.builders import NOON, SECOND

KEY = b"the key of a test"


def _issued(at=NOON, **changes):
    return issue_token(KEY, **{"site_id": "demo", "thread_key": "a-page"} | changes, at=at)


def _read(token, **changes):
    return read_token(KEY, token, **{"site_id": "demo", "thread_key": "a-page"} | changes)


def _signals(age, *, trap_field=""):
    return form_signals(_read(_issued()), sent=True, trap_field=trap_field, at=NOON + age)


def test_a_token_says_when_it_was_issued():
    assert _read(_issued()).issued_at == NOON


def test_no_two_tokens_are_the_same():
    assert _read(_issued()).nonce != _read(_issued()).nonce


@pytest.mark.parametrize("change", [{"site_id": "other"}, {"thread_key": "other"}])
def test_a_token_is_good_for_one_page_of_one_site(change):
    assert _read(_issued(), **change) is None
    assert _read(_issued(**change)) is None


def test_a_token_of_another_installation_is_not_ours():
    assert read_token(b"another key", _issued(), site_id="demo", thread_key="a-page") is None


def test_a_token_with_any_character_changed_is_not_ours():
    token = _issued()

    for place in range(len(token.rstrip("=")) - 1):  # the last one carries bits that nobody reads
        assert _read(token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]) is None


@given(st.text())
def test_no_text_is_a_token(text):
    assert _read(text) is None


@pytest.mark.parametrize(
    ("age", "signals"),
    [
        (-SECOND, {"too_fast"}),
        (TOO_FAST - SECOND, {"too_fast"}),
        (TOO_FAST, set()),
        (TOO_OLD, set()),
        (TOO_OLD + SECOND, {"old_token"}),
    ],
)
def test_a_form_may_take_from_two_seconds_to_a_day(age, signals):
    assert _signals(age) == signals


def test_a_hidden_field_with_space_alone_was_not_filled_in():
    assert _signals(60 * SECOND, trap_field="  ") == set()
    assert _signals(60 * SECOND, trap_field="x") == {"hidden_field"}


def test_a_token_that_is_missing_and_one_that_is_wrong_are_two_signals():
    assert form_signals(None, sent=False, trap_field="", at=NOON) == {"no_token"}
    assert form_signals(None, sent=True, trap_field="x", at=NOON) == {"bad_token", "hidden_field"}


def test_every_signal_is_explained():
    assert set(SIGNALS) >= {"hidden_field", "no_token", "bad_token", "old_token", "used_token", "too_fast"}
