"""Answers with what is published: compressed, revalidated by ETag, and rendered once for each change."""

import hashlib
from collections.abc import Callable, Hashable

from flask import Response, request

from service.caches.threads import RenderedPage
from service.http.compression import MIN_BYTES, chosen_encoding, compress
from service.rate_limits.reads import count_read
from service.resources import resources


def publish(
    render: Callable[[], bytes], *, tag: str, mimetype: str, kept_as: Hashable = None, version: int = 0
) -> Response:
    """An answer that caches may keep but must revalidate; an empty 304 for a client that has it. Raises TooMany.

    tag: the weak ETag, the same in every encoding, because each is the same text. kept_as, version: the name under
    which this process keeps the body, and its version; without a name it is rendered for each request. What is kept
    counts as a read when it is rendered.
    """
    if request.if_none_match.contains_weak(tag):
        return _fresh(Response(status=304), tag)
    encoding, made_of = chosen_encoding(), (kept_as, mimetype)

    def made(encoding: str) -> bytes:
        def make() -> RenderedPage:
            if encoding:
                return RenderedPage(version, compress(made(""), encoding))
            if kept_as is not None:
                count_read()
            return RenderedPage(version, render())

        return (
            make().body if kept_as is None else resources().thread_pages.get((made_of, encoding), version, make).body
        )

    body = made("")
    if encoding and len(body) >= MIN_BYTES:
        response = Response(made(encoding), mimetype=mimetype)
        response.headers["Content-Encoding"] = encoding
    else:
        response = Response(body, mimetype=mimetype)
    return _fresh(response, tag)


def publish_body(body: bytes, *, mimetype: str) -> Response:
    """The same for a body that is cheaper to make than to keep; its ETag is made of it."""
    return publish(lambda: body, tag=hashlib.sha256(body).hexdigest()[:24], mimetype=mimetype)


def _fresh(response: Response, tag: str) -> Response:
    """A comment that a moderator unpublishes disappears at once."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Encoding")
    response.set_etag(tag, weak=True)
    return response
