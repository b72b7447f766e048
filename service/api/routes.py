"""Every route of `/v1`, in one list: what is asked for, how, and which function answers."""

from collections.abc import Callable
from typing import Any

from flask import Flask

Route = tuple[str, str, Callable[..., Any]]

ROUTES: tuple[Route, ...] = ()


def register(app: Flask) -> None:
    """Add the routes to the app."""
    for method, url, view in ROUTES:
        app.add_url_rule(f"/v1{url}", f"{view.__module__}.{view.__name__}", view, methods=[method])
