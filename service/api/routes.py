"""Every route of `/v1`, in one list: what is asked for, how, and which function answers."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from service.api import comments, status, threads

Route = tuple[str, str, Callable[..., Any]]

ROUTES: tuple[Route, ...] = (
    ("POST", "/sites/<site_id>/comments", comments.submit_comment),
    ("GET", "/sites/<site_id>/form", threads.give_form_token),
    ("GET", "/sites/<site_id>/threads/<key:key>/comments", threads.list_thread),
    ("PATCH", "/sites/<site_id>/threads/<key:key>", threads.change_thread),
    ("GET", "/status/<token>", status.show_status),
)


def register(app: Flask) -> None:
    """Add the routes to the app."""
    for method, url, view in ROUTES:
        app.add_url_rule(f"/v1{url}", view.__name__, view, methods=[method])
