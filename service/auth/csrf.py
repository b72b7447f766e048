"""Tokens that show that a form of ours sent this request: signed, and bound to the browser's cookie.

A token is a random part and a signature over it and the cookie's value, so each page has another one and none
opens anything without the cookie that it was made for.
"""

import hmac
import secrets

from moderation.store.sealing import Sealer

FIELD = "csrf"
HEADER = "X-CSRF-Token"


def issue_token(sealer: Sealer, cookie: str) -> str:
    """A token for the browser that holds this cookie; any number of them are good at once."""
    salt = secrets.token_hex(8)
    return f"{salt}.{_signature(sealer, salt, cookie)}"


def is_ours(sealer: Sealer, token: str, cookie: str) -> bool:
    """Whether we issued this token to the browser that holds this cookie. Nothing is ours without a cookie."""
    salt, _, signature = token.partition(".")
    expected = _signature(sealer, salt, cookie)
    return bool(cookie) and hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode())


def _signature(sealer: Sealer, salt: str, cookie: str) -> str:
    return sealer.sign("csrf", f"{salt}\0{cookie}")
