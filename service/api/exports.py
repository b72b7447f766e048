"""The export of a site, written while it is read."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

from flask import Response

from moderation.errors import Overloaded
from moderation.exports.formats import FORMATS, SUFFIXES
from moderation.exports.run import contents_in_pages, record_export
from service.auth.actors import actor
from service.http.request_parsing import load_query
from service.resources import resources
from service.schemas.exports import EXPORT_QUERY

RETRY_AFTER_S = 60
_turn = threading.BoundedSemaphore(1)
"""A slow reader holds a thread, so only one may read an export at a time."""


def export_site(site_id: str) -> Response:
    """Download everything of the site. What changes meanwhile may be in it or not."""
    asked, at, store = load_query(EXPORT_QUERY), resources().now(), resources().store
    site, with_emails = resources().sites.get(site_id), asked["emails"] == "yes"
    if not _turn.acquire(blocking=False):
        raise Overloaded(retry_after_s=RETRY_AFTER_S)
    with ExitStack() as stack:
        stack.callback(_turn.release)
        record_export(store, site.id, format=asked["format"], with_emails=with_emails, by_id=actor().id, at=at)
        parts = FORMATS[asked["format"]](contents_in_pages(store, site, with_emails=with_emails, at=at))
        turn = stack.pop_all()  # it ends with the response
    response = Response(_encoded(parts, turn), mimetype="application/octet-stream")
    response.call_on_close(turn.close)
    name = f"{site.id}-{at:%Y%m%d}.{SUFFIXES[asked['format']]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _encoded(parts: Iterator[str], turn: ExitStack) -> Iterator[bytes]:
    with turn:
        for part in parts:
            yield part.encode()
