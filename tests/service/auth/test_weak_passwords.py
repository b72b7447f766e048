import pytest

from moderation.errors import Invalid
from service.auth.passwords import hash_password
from service.auth.weak_passwords import is_weak


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "123456789012",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "letmein-letmein",
        "Welcome2026!!",
        "Moderator1234",
        "mina-dubois-99",
        "lkjhgfdsa1234",
    ],
)
def test_a_password_that_anybody_tries_first_is_refused(password):
    assert is_weak(password, "Mina Dubois")
    with pytest.raises(Invalid, match="password"):
        hash_password(password, "Mina Dubois")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "a long enough password",
        "Tr0ub4dor&3xkcd",
        "毎朝パンを焼く人です何か",
        "zK9#mQ2vLx7p",
        "my cat sleeps at noon",
    ],
)
def test_a_password_of_its_own_is_taken(password):
    assert not is_weak(password, "Mina Dubois")
