"""What is sealed opens with the secret that sealed it, and what is found again reveals nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comment import Email
from moderation.store.sealing import SealBroken, Sealer
from tests.builders import a_sealer, received

ADDRESS = b"rita@reader.example"


def test_what_was_sealed_opens_again():
    sealer = a_sealer()

    assert sealer.open(sealer.seal(ADDRESS, about="cmt_1"), about="cmt_1") == ADDRESS


def test_the_same_value_is_sealed_differently_each_time():
    sealer = a_sealer()

    assert sealer.seal(ADDRESS, about="cmt_1") != sealer.seal(ADDRESS, about="cmt_1")
    assert ADDRESS not in sealer.seal(ADDRESS, about="cmt_1")


def test_after_a_rotation_the_older_secret_still_opens_and_the_new_one_seals():
    old, rotated, new = a_sealer(b"old"), Sealer(b"new\nolder still\nold"), a_sealer(b"new")

    assert rotated.open(old.seal(ADDRESS, about="x"), about="x") == ADDRESS
    assert new.open(rotated.seal(ADDRESS, about="x"), about="x") == ADDRESS


def test_a_wrong_secret_is_told_with_the_remedy_and_without_the_value():
    sealed = a_sealer(b"one").seal(ADDRESS, about="cmt_1")

    with pytest.raises(SealBroken) as broken:
        a_sealer(b"two").open(sealed, about="cmt_1")

    assert "REJOINDER_SECRET" in str(broken.value)
    assert "rita" not in str(broken.value)


@pytest.mark.parametrize("spoil", [lambda s: s[:-1], lambda s: s[:-1] + bytes([s[-1] ^ 1]), lambda s: s[:5]])
def test_a_value_that_was_altered_does_not_open(spoil):
    sealer = a_sealer()

    with pytest.raises(SealBroken):
        sealer.open(spoil(sealer.seal(ADDRESS, about="cmt_1")), about="cmt_1")


def test_a_value_that_was_moved_to_another_row_does_not_open():
    sealer = a_sealer()

    with pytest.raises(SealBroken):
        sealer.open(sealer.seal(ADDRESS, about="cmt_1"), about="cmt_2")


def test_an_address_is_found_whatever_its_case_and_only_with_the_secret():
    sealer = a_sealer()

    assert sealer.email_key(Email(" Rita@Reader.example")) == sealer.email_key(Email("rita@reader.example"))
    assert sealer.email_key(Email("rita@reader.example")) != a_sealer(b"x").email_key(Email("rita@reader.example"))


@given(st.lists(st.text()), st.lists(st.text()))
def test_two_lists_of_values_have_the_same_key_only_if_they_are_the_same(one, other):
    sealer = a_sealer()

    assert (sealer.find_key("kind", *one) == sealer.find_key("kind", *other)) is (one == other)


def test_a_separator_inside_a_value_makes_another_key():
    sealer = a_sealer()

    assert sealer.find_key("kind", "a\0b", "c") != sealer.find_key("kind", "a", "b\0c")
    assert sealer.find_key("kind", "a") != sealer.find_key("other", "a")


def test_no_byte_of_the_database_shows_an_address(sqlite_store, tmp_path):
    comment = received(sqlite_store)
    sqlite_store.close()

    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert comment.id.encode() in stored
    assert b"rita@reader" not in stored.lower()
    assert b"192.0.2.7" not in stored
