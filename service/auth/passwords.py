"""Passwords as argon2id hashes, few at a time. An unknown name takes as long as a wrong password."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from moderation.errors import Invalid, Overloaded
from moderation.messages import N_, Message
from service.auth.weak_passwords import is_weak

MIN_LENGTH, MAX_LENGTH = 12, 200
_LENGTH = N_("A password needs %(least)s to %(most)s characters; several words work well.")

_COMMON = N_("This is one of the first passwords that anybody tries. Several words in a row are strong.")

MAX_HASHING = 2
"""How many hashes are computed at once. Each takes 64 MiB and all cores for some tenths of a second."""

MAX_WAITING = 4
"""How many more may wait for that. Each occupies a thread that a comment could use."""

RETRY_AFTER_S = 2

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106, second choice: 64 MiB, three passes


def hash_password(password: str, *names: str) -> str:
    """The argon2id hash of a new password. names: what anybody knows of its owner.

    Raises Invalid when it is too short, too long or one of the first that anybody tries, and Overloaded.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid("password", Message(_LENGTH, {"least": MIN_LENGTH, "most": MAX_LENGTH}))
    if is_weak(password, *names):
        raise Invalid("password", Message(_COMMON))
    with _turns.one():
        return _hasher.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password matches. password_hash: "" for an unknown moderator or one without a password.

    Raises Overloaded.
    """
    with _turns.one():
        return _matches(password_hash, password)


def _matches(password_hash: str, password: str) -> bool:
    nobodys_hash = _nobodys_hash()  # computed before the check, so that the first unknown name is no slower
    try:
        return _hasher.verify(password_hash or nobodys_hash, password[: MAX_LENGTH + 1]) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password, and checking it takes as long as any other")


class _Turns:
    """Lets a few threads of this process hash at once, and a few more wait."""

    def __init__(self, hashing: int, waiting: int) -> None:
        self._places = threading.BoundedSemaphore(hashing + waiting)
        self._turns = threading.BoundedSemaphore(hashing)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a turn. Raises Overloaded at once when too many wait."""
        if not self._places.acquire(blocking=False):
            raise Overloaded(retry_after_s=RETRY_AFTER_S)
        try:
            with self._turns:
                yield
        finally:
            self._places.release()


_turns = _Turns(MAX_HASHING, MAX_WAITING)
