"""Passwords as argon2id hashes. An unknown name takes as long as a wrong password."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from moderation.errors import Invalid
from moderation.messages import N_, Message

MIN_LENGTH, MAX_LENGTH = 12, 200
_LENGTH = N_("A password needs %(least)s to %(most)s characters; several words work well.")

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106, second choice: 64 MiB, three passes


def hash_password(password: str) -> str:
    """The argon2id hash of a new password. Raises Invalid when it is too short or too long."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid("password", Message(_LENGTH, {"least": MIN_LENGTH, "most": MAX_LENGTH}))
    return _hasher.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password matches. password_hash: "" for an unknown moderator or one without a password."""
    nobodys_hash = _nobodys_hash()  # computed before the check, so that the first unknown name is no slower
    try:
        return _hasher.verify(password_hash or nobodys_hash, password[: MAX_LENGTH + 1]) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password, and checking it takes as long as any other")
