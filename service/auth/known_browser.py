"""Recognizes a browser in which a moderator has signed in before, by a signed cookie.

It proves nothing but that: it signs nobody in. It keeps others from locking a moderator out with wrong passwords.
"""

from datetime import timedelta

from moderation.ids import new_token
from moderation.store.sealing import Sealer

COOKIE = "rejoinder_browser"
LIFETIME = timedelta(days=365)
_KIND = "known-browser"


def issue_cookie(sealer: Sealer, moderator_id: str) -> str:
    """A new value of the cookie, for a browser in which this moderator has just signed in."""
    token = new_token()
    signature = sealer.sign(_KIND, f"{token}\0{moderator_id}")
    return f"{token}.{signature}"


def known_browser(sealer: Sealer, cookie: str, moderator_id: str) -> str:
    """What identifies the browser with this cookie; "" if this moderator has not signed in there."""
    token, _, signature = cookie.partition(".")
    return token if sealer.is_signed(_KIND, f"{token}\0{moderator_id}", signature) else ""
