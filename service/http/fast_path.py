"""The short way in: a comment that is sent as JSON is taken without Flask, which would cost more than all the rest.

It knows one answer, 202. Whatever is not plain goes to Flask untouched, and what goes wrong goes there as an error,
which the view raises (`service/api/comments.py`). So there is one place that refuses, and nothing is done twice.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from service.http.cors import SHARED, readable_by
from service.http.metrics import Metrics
from service.http.request_parsing import json_object
from service.resources import Resources
from service.server.concurrency import ARRIVED
from service.server.request_bodies import BODY
from service.submissions.submit import Sender, receipt_body, submit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FAILED = "rejoinder.failed"
"""Where the environment holds the error that this way ended in."""

_ROUTE = "/v1/sites/<site_id>/comments"
_PATH = re.compile(r"/v1/sites/([^/]+)/comments")
_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}(?::[0-9]{1,5})?")


class ShortWay:
    """Stands before an app. headers: those of every answer."""

    def __init__(
        self, app: "WSGIApplication", resources: Resources, metrics: Metrics, headers: dict[str, str]
    ) -> None:
        self._app = app
        self._ours = resources
        self._metrics = metrics
        self._headers = {"Content-Type": "application/json"} | headers | SHARED

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not (site_id := _site_asked(environ)):
            return self._app(environ, start_response)
        try:
            answer = self._taken(environ, site_id)
        except Exception as error:
            environ[FAILED] = error
            answer = None
        if answer is None:
            return self._app(environ, start_response)
        headers, body = answer
        self._metrics.note(_ROUTE, 202, since_s=environ[ARRIVED])
        start_response("202 ACCEPTED", list(headers.items()))
        return [body]

    def _taken(self, environ: "WSGIEnvironment", site_id: str) -> tuple[dict[str, str], bytes] | None:
        """The answer's headers and body; None for a page of which only Flask can tell whether it may send."""
        resources, origin = self._ours, environ.get("HTTP_ORIGIN")
        site = resources.sites.get(site_id)
        if origin is not None and not site.allows(origin):
            return None
        sender = Sender(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_IDEMPOTENCY_KEY"))
        receipt = submit(resources, site, json_object(environ[BODY]), sender)
        body, status_url = receipt_body(receipt, resources.settings.public_url)
        told = {"Content-Length": str(len(body)), "Location": status_url}  # as JSON it is ASCII
        return self._headers | told | (readable_by(origin) if origin else {}), body.encode()


def _site_asked(environ: "WSGIEnvironment") -> str:
    """The site whose comment this is, if all is plain: JSON of a known length, no key, no query, no odd host."""
    path = _PATH.fullmatch(environ["PATH_INFO"])
    is_plain = (
        path
        and BODY in environ
        and environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE", "").partition(";")[0] == "application/json"
        and "HTTP_AUTHORIZATION" not in environ
        and not environ.get("QUERY_STRING")
        and _HOST.fullmatch(environ.get("HTTP_HOST", ""))
    )
    return path[1] if path and is_plain else ""
