"""The script, its texts and the styles, as pages of any origin fetch them: compressed once, named by content."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, request

from service.http.compression import ENCODINGS, chosen_encoding, compress

FRESH_S = 600
STALE_S = 86_400
_FOLDER = Path(__file__).parents[1] / "static" / "embed"
_KINDS = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file by content encoding, "" for none. tag: the beginning of its SHA-256, the same on every machine."""

    bodies: dict[str, bytes]
    tag: str


@cache
def asset(name: str) -> Asset:
    """A static file, read once."""
    return as_asset((_FOLDER / name).read_bytes())


def as_asset(plain: bytes) -> Asset:
    """These bytes in every encoding."""
    bodies = {encoding: compress(plain, encoding) for encoding in ("", *ENCODINGS)}
    return Asset(bodies, hashlib.sha256(plain).hexdigest()[:16])


def file_answer(name: str) -> Response:
    """A static file for a page of any origin."""
    return asset_answer(asset(name), _KINDS[Path(name).suffix])


def asset_answer(found: Asset, mimetype: str) -> Response:
    """The asset for a page of any origin: it may be kept for ten minutes, then asked for again with its ETag."""
    encoding = chosen_encoding()
    answer = Response(found.bodies[encoding], mimetype=mimetype)
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_S}, stale-while-revalidate={STALE_S}"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # for pages that check its integrity, and for its texts
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(f"{found.tag}-{encoding}" if encoding else found.tag)
    answer.make_conditional(request)
    return answer
