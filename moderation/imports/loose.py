"""Values of JSON, CSV and databases whose types are not to be relied on."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moderation.imports.dates import utc_of, utc_of_seconds
from moderation.imports.html_text import text_of_html
from moderation.imports.items import SourcePage
from moderation.imports.urls import key_of

_TAGGED = re.compile(r"\s*<(?:p|div|ul|ol|blockquote|pre|h[1-6]|a|img|span|br|b|i|em|strong)\b[^<]*>", re.IGNORECASE)
_INLINE = re.compile(r"<(?:br\s*/?|img\b[^<>]*)>", re.IGNORECASE)
_MENTION = re.compile(r"\[(@[^\]\n]{0,200})\]\(#[\w-]*\)")

Fields = Mapping[str, Any]


def text_in(fields: Fields, *names: str) -> str:
    """The first of these fields that has something, as text; "" for none, null, an object or a list."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int | float):
            return str(value).lower() if isinstance(value, bool) else str(value)
    return ""


def id_in(fields: Fields, *names: str) -> str:
    """The first of these fields that names a row: "", "0", "root" and zeros alone name none."""
    for name in names:
        value = fields.get(name)
        text = text_in(value, "$oid") if isinstance(value, dict) else text_in(fields, name).strip()
        if text and text != "root" and text.strip("0-"):
            return text
    return ""


def flag_in(fields: Fields, name: str) -> bool:
    """Whether a field is set: true, 1, "true", "t", "1"."""
    return text_in(fields, name).strip().lower() in {"true", "t", "1", "yes"}


def moment_in(fields: Fields, *names: str) -> datetime | None:
    """The first of these fields that is a date: text, seconds, milliseconds, or an object with one of them."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, dict):
            value = value.get("iso") or value.get("$date")
        if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = utc_of_seconds(value)
        else:
            at = utc_of(value) if isinstance(value, str) else None
        if at:
            return at
    return None


def page_named(name: str, *, title: str = "", names: tuple[str, ...] = (), is_closed: bool = False) -> SourcePage:
    """A page that the source names by its address, its path, or a key of its own."""
    name = name.strip()
    if key_of(name):
        return SourcePage(url=name, title=title, names=names, is_closed=is_closed)
    return SourcePage(key=name, title=title, names=names, is_closed=is_closed)


def text_of_markdown(source: str) -> str:
    """The text of a comment in Markdown, which stays as it was written, or in HTML, where its system stored that.

    A mention such as "[@Ada](#5f1a)" leads to nothing here; its name stays.
    """
    if _TAGGED.match(source):
        return text_of_html(source)
    source = _MENTION.sub(r"\1", source)
    return _INLINE.sub(lambda match: text_of_html(match[0]) or "\n", source).strip()
