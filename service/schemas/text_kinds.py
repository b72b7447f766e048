"""Kinds of text that are sent to us: keys, ids, e-mail and web addresses, names, networks."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from moderation.messages import N_, P_
from moderation.thread_key import normal_key
from moderation.unicode_text import as_name, without_ignorable
from service.http.urls import web_url
from service.schemas.fields import CONTROLS, TOO_LONG, VISIBLE, Text, wrong

_EMAIL = re.compile(
    r"[^\s@\"(),:;<>\[\]\\\x00-\x1f\x7f]+@[^\s@.\"(),:;<>\[\]\\\x00-\x1f\x7f]+(?:\.[^\s@.\"(),:;<>\[\]\\\x00-\x1f\x7f]+)+"
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ADDRESS = rf"^\s*(https?://[^\s{CONTROLS}\\<>\"@/?#:\[\]]+(:[0-9]{{1,4}})?([/?#][^\s{CONTROLS}\\<>\"]*)?)?\s*$"
_LABEL = rf"[^\s{CONTROLS}\\<>\"@/?#:\[\].]+"
_WEBSITE = rf"^\s*((https?://)?{_LABEL}(\.{_LABEL})+(:[0-9]{{1,4}})?([/?#][^\s{CONTROLS}\\<>\"]*)?)?\s*$"
"""Patterns for the document. A web address may have odder hosts."""


class KeyText(Text):
    """A thread's key, in its one form: see `moderation/thread_key.py`.

    What is too long or has line breaks is no error: the one form has neither, and the document promises no refusal.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        rules = {name: value for name, value in self.metadata.items() if name not in ("maxLength", "pattern")}
        self.metadata = {**rules, "pattern": VISIBLE} if self.least else rules

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        return super()._deserialize(normal_key(value) if isinstance(value, str) else value, attr, data, **options)


class IdText(Text):
    """An id: visible ASCII characters."""

    pattern = r"^\s*[!-~]+\s*$"

    def __init__(self, *, most: int, description: str) -> None:
        super().__init__(least=1, most=most, metadata={"pattern": self.pattern, "description": description})

    def checked(self, text: str) -> str:
        """The id. Raises ValidationError for what can be none."""
        if not re.fullmatch(self.pattern, text):
            raise wrong(N_("This is not an id; give it as you got it."))
        return text


class EmailText(Text):
    """An e-mail address: something, one @, a domain with a dot."""

    def checked(self, text: str) -> str:
        """The address without invisible characters, if a mail server could have it."""
        text = without_ignorable(text)
        if not _EMAIL.fullmatch(text):
            raise wrong(P_("This is not an email address; give one like ada@example.org."))
        return text


class NameText(Text):
    """A person's name, as it can be shown."""

    def checked(self, text: str) -> str:
        """The name without what would make it read otherwise or cover the lines around it."""
        return as_name(text)


class NetworkText(Text):
    """An IP address."""

    def checked(self, text: str) -> str:
        """The address, if it is one."""
        try:
            ipaddress.ip_address(text)
        except ValueError as problem:
            raise wrong(N_("This is not an IP address; give one like 203.0.113.7 or 2001:db8::7.")) from problem
        return text


_NO_ADDRESS = P_("This is not a web address; give one that begins with https:// or http://.")


class WebText(Text):
    """An http or https address, with a host and without a user name."""

    def __init__(self, *, most: int, least: int = 0, **options: Any) -> None:
        metadata = {"pattern": _ADDRESS, **options.pop("metadata", {})}
        super().__init__(most=most, least=least, metadata=metadata, **options)

    def checked(self, text: str) -> str:
        """The address, if a link to it is safe to show."""
        if not _is_web(text):
            raise wrong(_NO_ADDRESS)
        return text


class WebsiteText(WebText):
    """An author's website: a web address whose host has a dot. One without a scheme gets https://, as in embed.js."""

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most, metadata={"pattern": _WEBSITE})

    def checked(self, text: str) -> str:
        """The address with its scheme. Raises ValidationError."""
        address = super().checked(text if _SCHEME.match(text) else f"https://{text}")
        labels = (urlsplit(address).hostname or "").rstrip(".").split(".")
        if len(labels) < 2 or "" in labels:
            raise wrong(_NO_ADDRESS)
        if len(address) > self.most:
            raise wrong(TOO_LONG, n=len(address), most=self.most)
        return address


def _is_web(text: str) -> bool:
    return bool(web_url(text)) and not re.search(r"[\s\\<>\"]", text)
