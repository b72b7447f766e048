"""Passwords. Only two tests use the real cost of a hash; all others of the service have a cheap hasher."""

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from moderation.errors import Invalid
from service.auth import passwords

HASHER = passwords._hasher  # read before a fixture replaces it


@pytest.fixture
def costly_hashes(_cheap_hashes, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", HASHER)


@pytest.mark.usefixtures("costly_hashes")
def test_a_hash_is_argon2id_and_costs_what_rfc_9106_says():
    assert extract_parameters(passwords.hash_password("a few words in a row")) == RFC_9106_LOW_MEMORY


@pytest.mark.usefixtures("costly_hashes")
def test_a_name_that_nobody_has_is_checked_at_the_same_cost():
    assert extract_parameters(passwords._nobodys_hash()) == RFC_9106_LOW_MEMORY


def test_a_right_password_is_right_and_nobody_has_any():
    kept = passwords.hash_password("a few words in a row")

    assert passwords.is_right(kept, "a few words in a row")
    assert not passwords.is_right(kept, "a few words in a raw")
    assert not passwords.is_right("", "nobody has this password, and checking it takes as long as any other")


@pytest.mark.parametrize(("length", "is_taken"), [(11, False), (12, True), (200, True), (201, False)])
def test_a_password_has_twelve_to_two_hundred_characters(length, is_taken):
    if is_taken:
        assert passwords.is_right(passwords.hash_password("x" * length), "x" * length)
    else:
        with pytest.raises(Invalid, match="12 to 200"):
            passwords.hash_password("x" * length)
