"""Identifiers that sort by the time they were made, and tokens that nobody can guess."""

import secrets
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(prefix: str, *, at: datetime) -> str:
    """An id such as "cmt_0065…": `at` in microseconds, then 72 random bits, in hexadecimal.

    Ids made later sort later, so rows stay in the order of their index. Same layout idea as RFC 9562, UUID version 7.
    """
    return f"{first_id(prefix, at=at)}{secrets.token_hex(9)}"


def first_id(prefix: str, *, at: datetime) -> str:
    """What sorts before every id that is made at this time or later, and after all earlier ones."""
    return f"{prefix}_{(at - _EPOCH) // timedelta(microseconds=1):014x}"


def made_at(id: str) -> datetime:
    """When an id was made. Raises ValueError for what is none."""
    return _EPOCH + timedelta(microseconds=int(id.partition("_")[2][:14], 16))


def new_token() -> str:
    """32 random bytes in URL-safe base64, 43 characters."""
    return secrets.token_urlsafe(32)
