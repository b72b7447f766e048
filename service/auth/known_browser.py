"""Recognizes a browser in which a moderator has signed in before, by a signed cookie.

It proves nothing but that: it signs nobody in. It keeps others from locking a moderator out with wrong passwords.
"""

import hmac
from datetime import timedelta

from moderation.ids import new_token
from moderation.store.sealing import Sealer

COOKIE = "rejoinder_browser"
LIFETIME = timedelta(days=365)


def issue_cookie(sealer: Sealer, moderator_id: str) -> str:
    """A new value of the cookie, for a browser in which this moderator has just signed in."""
    token = new_token()
    return f"{token}.{_signature(sealer, token, moderator_id)}"


def known_browser(sealer: Sealer, cookie: str, moderator_id: str) -> str:
    """What identifies the browser with this cookie; "" if this moderator has not signed in there."""
    token, _, signature = cookie.partition(".")
    expected = _signature(sealer, token, moderator_id)
    return token if hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()) else ""


def _signature(sealer: Sealer, token: str, moderator_id: str) -> str:
    return sealer.sign("known-browser", f"{token}\0{moderator_id}")
