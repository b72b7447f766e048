"""Identifiers that sort by the time they were made, and tokens that nobody can guess."""

import secrets
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(prefix: str, *, at: datetime) -> str:
    """An id such as "cmt_0065…": `at` in microseconds, then 72 random bits, in hexadecimal.

    Ids made later sort later, so rows stay in the order of their index. Same layout idea as RFC 9562, UUID version 7.
    """
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    return f"{prefix}_{micros:014x}{secrets.token_hex(9)}"


def new_token() -> str:
    """32 random bytes in URL-safe base64, 43 characters."""
    return secrets.token_urlsafe(32)
