"""CSRF tokens: signed, and bound to the browser's cookie.

A token is a random part and a signature over it and the cookie's value. Each page has a new one, and none is valid
with another cookie.
"""

import hmac
import secrets

from moderation.store.sealing import Sealer

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def issue_token(sealer: Sealer, cookie: str) -> str:
    """A new token for the browser with this cookie; earlier ones stay valid."""
    salt = secrets.token_hex(8)
    return f"{salt}.{_signature(sealer, salt, cookie)}"


def is_ours(sealer: Sealer, token: str, cookie: str) -> bool:
    """Whether this token was issued to the browser with this cookie; false without a cookie."""
    salt, _, signature = token.partition(".")
    expected = _signature(sealer, salt, cookie)
    return bool(cookie) and hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode())


def _signature(sealer: Sealer, salt: str, cookie: str) -> str:
    return sealer.sign("csrf", f"{salt}\0{cookie}")
