"""Passwords. Only two tests use the real cost of a hash; all others of the service have a cheap hasher."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from moderation.errors import Invalid, Overloaded
from service.auth import passwords
from tests.waiting import eventually

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
        password = ("several words in a row " * 10)[:length]
        assert passwords.is_right(passwords.hash_password(password), password)
    else:
        with pytest.raises(Invalid, match="12 to 200"):
            passwords.hash_password("x" * length)


class SlowHasher:
    """Checks nothing until it may; counts the threads that are at it."""

    def __init__(self):
        self.at_work = self.most = 0
        self.may_end = threading.Event()
        self._lock = threading.Lock()

    def hash(self, password):
        with self._lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        assert self.may_end.wait(60)
        with self._lock:
            self.at_work -= 1
        return password

    def verify(self, kept, password):
        return self.hash(password) == kept


def test_two_passwords_are_hashed_at_once_four_wait_and_others_are_refused(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", hasher := SlowHasher())
    refused = []

    def attempt(number):
        try:
            return (
                passwords.is_right("right", "right") if number % 2 else passwords.hash_password("long enough for it")
            )
        except Overloaded as problem:
            refused.append(problem.retry_after_s)

    with ThreadPoolExecutor(30) as threads:
        attempts = [threads.submit(attempt, number) for number in range(30)]
        eventually(lambda: len(refused) == 24)
        hasher.may_end.set()
        done = [each.result() for each in attempts]

    assert hasher.most == 2
    assert len([each for each in done if each]) == 6
    assert passwords.is_right("right", "right")  # the places are free again
