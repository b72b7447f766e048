"""The fast path: takes in plain JSON comments without Flask's routing, contexts and hooks.

Those cost more than everything else that the web process does for a comment (docs/decisions.md has the figure). The
fast path gives one response of its own, 202. It leaves unusual requests to Flask, and has Flask's error handler
answer when an error is raised.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.wsgi import get_input_stream

from moderation.site import Site
from service.http.cors import SITE_HEADERS, readable_by
from service.http.metrics import Metrics
from service.http.request_parsing import json_object
from service.resources import Resources
from service.submissions.submit import Sender, receipt_body, submit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ROUTE = "/v1/sites/<site_id>/comments"
_PATH = re.compile(r"/v1/sites/([^/]+)/comments")
_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}(?::[0-9]{1,5})?")


class FastPath:
    """WSGI middleware around a Flask app. headers: the security headers of every response."""

    def __init__(self, app: Flask, resources: Resources, metrics: Metrics, headers: dict[str, str]) -> None:
        self._app = app
        self._wsgi_app = app.wsgi_app
        self._resources = resources
        self._metrics = metrics
        self._headers = {"Content-Type": "application/json"} | headers | SITE_HEADERS

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        site_id = _site_id(environ, self._resources.settings.max_body_bytes)
        if not site_id:
            return self._wsgi_app(environ, start_response)
        try:
            site, origin = self._resources.sites.get(site_id), environ.get("HTTP_ORIGIN")
            if origin is not None and not site.allows(origin):
                return self._wsgi_app(environ, start_response)  # perhaps a page of Rejoinder itself
            headers, body = self._submit(environ, site, origin)
        except Exception as error:
            return self._error_response(environ, error)(environ, start_response)
        self._metrics.note(_ROUTE, 202, environ)
        start_response("202 ACCEPTED", list(headers.items()))
        return [body]

    def _submit(self, environ: "WSGIEnvironment", site: Site, origin: str | None) -> tuple[dict[str, str], bytes]:
        """Take the comment in. Returns the headers and the body of the response."""
        sender = Sender(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_IDEMPOTENCY_KEY"))
        fields = json_object(get_input_stream(environ).read(), mending="thread")
        receipt = submit(self._resources, site, fields, sender)
        text, status_url = receipt_body(receipt, self._resources.settings.public_url)
        body = text.encode()
        headers = self._headers | {"Content-Length": str(len(body)), "Location": status_url}
        return headers | (readable_by(origin) if origin else {}), body

    def _error_response(self, environ: "WSGIEnvironment", error: Exception) -> Response:
        """The response that Flask gives when a view raises this error, after its hooks."""
        with self._app.request_context(environ):
            response = self._app.make_response(self._app.handle_user_exception(error))
            return self._app.process_response(response)


def _site_id(environ: "WSGIEnvironment", max_body_bytes: int) -> str:
    """The site of a plain comment: JSON that is not too long, without key and query, to an ordinary host; else ""."""
    path, length = _PATH.fullmatch(environ["PATH_INFO"]), environ.get("CONTENT_LENGTH") or ""
    is_plain = (
        path
        and length.isdecimal()
        and 0 < int(length) <= max_body_bytes
        and environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE", "").partition(";")[0] == "application/json"
        and "HTTP_AUTHORIZATION" not in environ
        and not environ.get("QUERY_STRING")
        and _HOST.fullmatch(environ.get("HTTP_HOST", ""))
    )
    return path[1] if path and is_plain else ""
