"""This interface, described: for programs, and as a page."""

from functools import cache
from typing import Any

from flask import Response, jsonify, make_response, render_template

from moderation.process.version import installed_version
from service.api.openapi import document
from service.http.compression import compressed
from service.http.errors import KINDS
from service.http.security_headers import content_policy
from service.resources import resources

CACHED = "public, max-age=300"


def show_document() -> Response:
    """Get this interface as an OpenAPI 3.1 document."""
    response = jsonify(_document(resources().settings.public_url))
    response.headers["Cache-Control"] = CACHED
    return compressed(response)


def show_page() -> Response:
    """Read this interface as a page."""
    described = _document(resources().settings.public_url)
    response = make_response(render_template("docs.html", document=described, kinds=KINDS))
    response.headers["Content-Security-Policy"] = content_policy(style_src="'self'")
    response.headers["Cache-Control"] = CACHED
    return compressed(response)


@cache
def _document(public_url: str) -> dict[str, Any]:
    from service.api.routes import ROUTES  # the list names this module's views too

    return document(ROUTES, public_url=public_url, version=installed_version())
