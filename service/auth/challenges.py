"""Challenges that a passkey signs: signed by us, bound to the browser's cookie and to a purpose, for five minutes.

Nothing is stored when one is issued, so asking for many costs nothing. `AccountRepository.spend` takes each once.
"""

import secrets
from datetime import datetime, timedelta

from moderation.store.sealing import Sealer

LIFETIME = timedelta(minutes=5)
_KIND = "challenge"


def issue_challenge(sealer: Sealer, purpose: str, cookie: str, *, at: datetime) -> bytes:
    """A new challenge for the browser with this cookie."""
    said = f"{int(at.timestamp())}.{secrets.token_hex(16)}"
    return f"{said}.{sealer.sign(_KIND, _signed(purpose, said, cookie))}".encode()


def is_ours(sealer: Sealer, challenge: bytes, purpose: str, cookie: str, *, at: datetime) -> bool:
    """Whether this challenge was issued to the browser with this cookie, for this purpose and not long ago."""
    said, _, signature = challenge.decode("utf-8", "replace").rpartition(".")
    if not cookie or not sealer.is_signed(_KIND, _signed(purpose, said, cookie), signature):
        return False
    return int(said.partition(".")[0]) > (at - LIFETIME).timestamp()


def _signed(purpose: str, said: str, cookie: str) -> str:
    return f"{purpose}\0{said}\0{cookie}"
