"""The script and the styles, as pages of any origin fetch them: compressed once, known by their content."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, request

FRESH_S = 600
STALE_S = 86_400
_FOLDER = Path(__file__).parents[1] / "static" / "embed"
_KINDS = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, plain and compressed. tag: the beginning of its SHA-256, the same on every machine."""

    plain: bytes
    packed: bytes
    tag: str


@cache
def asset(name: str) -> Asset:
    """A static file, read once."""
    plain = (_FOLDER / name).read_bytes()
    return Asset(plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


def asset_answer(name: str) -> Response:
    """The file for a page of any origin: it may be kept for ten minutes, then asked for again with its ETag."""
    found = asset(name)
    is_packed = bool(request.accept_encodings.quality("gzip"))
    answer = Response(found.packed if is_packed else found.plain, mimetype=_KINDS[Path(name).suffix])
    if is_packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_S}, stale-while-revalidate={STALE_S}"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # for pages that check its integrity
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(f"{found.tag}-gzip" if is_packed else found.tag)
    answer.make_conditional(request)
    return answer
