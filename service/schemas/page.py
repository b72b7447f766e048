"""What a page says of itself beside a comment: its key, address and title.

Whoever writes the comment can mend none of it, so it never refuses one. What cannot be used is cut or left out, and
the site's owner reads of it in `rejoinder doctor` and in the settings.
"""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load

from moderation.thread_key import MAX_KEY, is_cut
from service.http.urls import web_url
from service.schemas.fields import NOT_TEXT, Strict, wrong
from service.schemas.text_kinds import KeyText

MAX_URL, MAX_TITLE = 2_000, 500
PROBLEMS = "problems"
"""The key of a loaded page under which its fields stand that could not be used."""

_SPACES = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
_UNSAFE = re.compile(r"[\s\\<>\"\ufffd]")


class PageText(fields.String):
    """Any text; what cannot be used of it is no error."""

    def __init__(self, description: str) -> None:
        super().__init__(allow_none=True, metadata={"description": description})

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        if not isinstance(value, str):
            raise wrong(NOT_TEXT)
        return value


class PageSchema(Strict):
    """The page under which the comment stands."""

    key = KeyText(
        least=1, most=MAX_KEY, metadata={"description": "The site's own name for the page.", "example": "/a-page"}
    )
    url = PageText(f"Where the page is. What is no web address of {MAX_URL:,} characters is left out.")
    title = PageText(f"Its title. What is longer than {MAX_TITLE} characters is cut.")

    @post_load
    def mend(self, page: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The page with an address and a title that can be shown, and with the fields that could not."""
        title, url = page.get("title") or "", (page.get("url") or "").strip()
        title = _SPACES.sub(" ", title).strip()
        mended = {**page, "title": title[: MAX_TITLE - 1] + "…" if len(title) > MAX_TITLE else title}
        mended["url"] = url if len(url) <= MAX_URL and not _UNSAFE.search(url) and web_url(url) else ""
        is_wrong = {
            "key": is_cut(page.get("key") or ""),
            "title": mended["title"] != title or "\ufffd" in title,
            "url": mended["url"] != url,
        }
        return {**mended, PROBLEMS: frozenset(field for field in is_wrong if is_wrong[field])}
