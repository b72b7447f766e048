"""The page that somebody asked for before they signed in: a link to a comment shall lead there, not to the queue."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from service.dashboard.filters import kept_args
from service.http.public_path import without_path

MAX_LENGTH = 2000
OPEN = frozenset(
    f"dashboard.{view}"
    for view in (
        "show_sign_in",
        "sign_in",
        "show_second_step",
        "take_second_step",
        "give_sign_in_options",
        "use_passkey",
        "mail_link",
        "show_link",
        "use_link",
        "show_new_password",
        "set_new_password",
        "show_mail_stop",
        "stop_mail",
    )
)
"""The endpoints that need no session."""

PAGE = "dashboard.show_"
"""How the endpoint of a page begins. Anybody can make a link with anything in it: nothing else is believed."""

NO_PAGES = frozenset(f"{PAGE}{part}" for part in ("author_panel", "evidence", "news", "nothing"))
"""Endpoints with such a name that answer with a part of a page."""


def sign_in_first() -> str:
    """The address of the sign-in page, after which comes the page that this request asks for."""
    if request.method not in {"GET", "HEAD"} and request.endpoint != "dashboard.sign_out":
        return url_for("dashboard.show_sign_in", undone="yes", next=_list_of_form())
    asked = page_after_sign_in(request.full_path)
    return url_for("dashboard.show_sign_in", next=None if asked == _queue() else asked)


def _list_of_form() -> str | None:
    """The list that a form was on: its filters travel in the form's address."""
    kept: dict[str, Any] = {**kept_args(request.args)}
    return url_for("dashboard.show_queue", **kept) if kept else None


def page_after_sign_in(wanted: str) -> str:
    """Where to go after signing in: a page of the dashboard, rebuilt from its parsed address, else the queue."""
    path, query = _split(wanted) if len(wanted) <= MAX_LENGTH else ("", "")
    try:
        view, arguments = current_app.url_map.bind("").match(without_path(path, request.script_root), method="GET")
    except HTTPException:
        return _queue()
    if not view.startswith(PAGE) or view in NO_PAGES or view in OPEN:
        return _queue()
    return url_for(view, **arguments) + (f"?{query}" if query else "")


def _split(wanted: str) -> tuple[str, str]:
    """The path and the query; nothing of an address that has more parts than these."""
    try:
        parts = urlsplit(wanted)
        query = urlencode(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        return "", ""
    return ("", "") if parts.scheme or parts.netloc or parts.fragment else (parts.path, query)


def _queue() -> str:
    return url_for("dashboard.show_queue")
