"""A moderator's second factor: codes of an authenticator app (RFC 6238), and recovery codes. Pure but for chance."""

import secrets
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

SECRET_BYTES = 20
STEP_S = 30
DIGITS = 6
TOLERATED = (0, -1, 1)
"""By how many steps the clock of a telephone may be wrong."""

RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another one. 12 of them are 59 bits."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """secret: what the app computes its codes from, 20 bytes; is_on: whether a right code has confirmed it."""

    secret: bytes = field(repr=False)
    is_on: bool


def secret_text(secret: bytes) -> str:
    """The secret as people type it into an app: base32 in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def app_url(secret: bytes, name: str, host: str) -> str:
    """What the QR code says: where the account is, whose it is, and its secret."""
    text, issuer, account = b32encode(secret).decode(), quote(f"Rejoinder {host}", safe=""), quote(name, safe="")
    return f"otpauth://totp/{issuer}:{account}?secret={text}&issuer={issuer}"


def step_of(secret: bytes, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is; None for a wrong code and for one of another time."""
    app, now = HOTP(secret, DIGITS, SHA1()), int(at.timestamp()) // STEP_S  # noqa: S303 - what apps compute
    for away in TOLERATED:
        if secrets.compare_digest(app.generate(now + away), code.encode("utf-8", "replace")):
            return now + away
    return None


def new_secret() -> bytes:
    """A secret for an app."""
    return secrets.token_bytes(SECRET_BYTES)


def new_recovery_codes() -> list[str]:
    """Codes that sign in once each, as people read them."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def plain(code: str) -> str:
    """A code without the spaces and dashes that people read it in."""
    return "".join(each for each in code.lower() if each.isalnum())
