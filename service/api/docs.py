"""This interface, described: for programs, and as a page."""

from functools import cache
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template

from moderation.process.version import installed_version
from service.api.openapi import document
from service.api.route import Route
from service.http.compression import compressed
from service.http.errors import KINDS
from service.http.security_headers import content_policy
from service.resources import resources

CACHED = "public, max-age=300"
ROUTES = "rejoinder.routes"
"""Where the app keeps its routes."""


def show_document() -> Response:
    """Get this interface as an OpenAPI 3.1 document."""
    response = jsonify(_described())
    response.headers["Cache-Control"] = CACHED
    return compressed(response)


def show_page() -> Response:
    """Read this interface as a page."""
    response = make_response(render_template("docs.html", document=_described(), kinds=KINDS))
    response.headers["Content-Security-Policy"] = content_policy(style_src="'self'")
    response.headers["Cache-Control"] = CACHED
    return compressed(response)


def describe(app: Flask, routes: tuple[Route, ...]) -> None:
    """Let the document and the page of this app name these routes."""
    app.extensions[ROUTES] = routes


def _described() -> dict[str, Any]:
    return _document(current_app.extensions[ROUTES], resources().settings.public_url)


@cache
def _document(routes: tuple[Route, ...], public_url: str) -> dict[str, Any]:
    return document(routes, public_url=public_url, version=installed_version())
