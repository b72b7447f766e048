"""Traps that cost an honest person nothing: a signed form token, a hidden field, the time on the form.

They yield signals. A signal can hold a comment for moderators; it never refuses one. To add a signal: its name in
SIGNALS, where it is noticed, its text "signal.NAME" in `moderation/messages/texts.py`, and a row in docs/policies.md.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOO_FAST = timedelta(seconds=2)
TOO_OLD = timedelta(hours=24)

SIGNALS = ("hidden_field", "no_token", "bad_token", "old_token", "used_token", "too_fast", "no_proof")
"""Every signal; its text is that of "signal." and its name."""


def telling(signals: Collection[str]) -> frozenset[str]:
    """Those of the signals that speak against a comment. A missing token only means a page without the script, and a
    missing proof of work perhaps an old phone."""
    return frozenset(signals) - {"no_token", "no_proof"}


@dataclass(frozen=True, slots=True)
class FormToken:
    """A token that reads well: when it was issued, and its nonce, which may be used once."""

    nonce: str
    issued_at: datetime


def issue_token(secret: bytes, *, site_id: str, thread_key: str, at: datetime) -> str:
    """A token for one form of one page: time, nonce and an HMAC-SHA-256 over both, the site and the page."""
    stamp = int(at.timestamp()).to_bytes(6, "big")
    nonce = secrets.token_bytes(12)
    mac = _mac(secret, stamp + nonce, site_id, thread_key)
    return base64.urlsafe_b64encode(stamp + nonce + mac).decode()


def read_token(secret: bytes, token: str, *, site_id: str, thread_key: str) -> FormToken | None:
    """The token's content, or None when it was not issued by us for this page."""
    if not token:
        return None
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        return None
    stamp, nonce, mac = raw[:6], raw[6:18], raw[18:]
    if not hmac.compare_digest(mac, _mac(secret, stamp + nonce, site_id, thread_key)):
        return None
    return FormToken(nonce=nonce.hex(), issued_at=datetime.fromtimestamp(int.from_bytes(stamp, "big"), UTC))


def form_signals(token: FormToken | None, *, sent: bool, trap_field: str, at: datetime) -> frozenset[str]:
    """The signals of a form. sent: whether it had a token at all; token: its content, None if it is not valid."""
    signals = {"hidden_field"} if trap_field.strip() else set()
    if not sent:
        return frozenset(signals | {"no_token"})
    if token is None:
        return frozenset(signals | {"bad_token"})
    age = at - token.issued_at
    if age < TOO_FAST:
        signals.add("too_fast")
    if age > TOO_OLD:
        signals.add("old_token")
    return frozenset(signals)


def _mac(secret: bytes, stamped: bytes, site_id: str, thread_key: str) -> bytes:
    message = b"\0".join((b"form", stamped, site_id.encode(), thread_key.encode("utf-8", "surrogatepass")))
    return hmac.new(secret, message, hashlib.sha256).digest()[:16]
