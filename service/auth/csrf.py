"""CSRF tokens: signed, and bound to the browser's cookie.

A token is a random part and a signature over it and the cookie's value. Each page has a new one, and none is valid
with another cookie.
"""

import secrets

from moderation.store.sealing import Sealer

FIELD = "csrf"
HEADER = "X-CSRF-Token"
_KIND = "csrf"


def issue_token(sealer: Sealer, cookie: str) -> str:
    """A new token for the browser with this cookie; earlier ones stay valid."""
    salt = secrets.token_hex(8)
    signature = sealer.sign(_KIND, f"{salt}\0{cookie}")
    return f"{salt}.{signature}"


def is_ours(sealer: Sealer, token: str, cookie: str) -> bool:
    """Whether this token was issued to the browser with this cookie; false without a cookie."""
    salt, _, signature = token.partition(".")
    return bool(cookie) and sealer.is_signed(_KIND, f"{salt}\0{cookie}", signature)
