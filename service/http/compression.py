"""Compression of what anybody may read: brotli or gzip, as the client asks.

Only views that publish something use it. A page with a secret, such as a CSRF token, beside text that a request chose
is never compressed: how well it compresses would tell an attacker about the secret (BREACH).
"""

import gzip
from collections.abc import Callable

import brotli
from flask import Response, request

MIN_BYTES = 1_024
"""A shorter body fits into one packet anyway."""

_COMPRESS: dict[str, Callable[[bytes, bool], bytes]] = {
    "br": lambda body, is_kept: brotli.compress(body, mode=brotli.MODE_TEXT, quality=11 if is_kept else 5),
    "gzip": lambda body, is_kept: gzip.compress(body, compresslevel=9 if is_kept else 6, mtime=0),
}

ENCODINGS = tuple(_COMPRESS)


def chosen_encoding() -> str:
    """The content encoding for whoever reads the answer to this request: "br", "gzip", or "" for none."""
    accepted = request.accept_encodings
    best = max(_COMPRESS, key=accepted.quality)  # brotli when both are as welcome
    return best if accepted.quality(best) > 0 else ""


def compress(body: bytes, encoding: str, *, is_kept: bool = False) -> bytes:
    """The body in this encoding, one of those that `chosen_encoding` returns.

    is_kept: whether it is compressed once and served for as long as the process runs; then as small as possible.
    """
    return _COMPRESS[encoding](body, is_kept) if encoding else body


def compressed(response: Response) -> Response:
    """The same response, compressed as the client asks. For a body that is short enough to compress each time."""
    response.vary.add("Accept-Encoding")
    encoding, body = chosen_encoding(), response.get_data()
    if encoding and len(body) >= MIN_BYTES:
        response.set_data(compress(body, encoding))
        response.headers["Content-Encoding"] = encoding
    return response
