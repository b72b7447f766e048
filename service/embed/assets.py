"""The scripts, their texts and the styles, as pages of any origin fetch them: compressed once, named by content."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, request

from moderation.messages import languages
from service.bundles import BUNDLES, KINDS, SOURCES, STYLES, built
from service.embed.script_texts import texts_in
from service.http.compression import ENCODINGS, chosen_encoding, compress

FRESH_S = 600
STALE_S = 86_400
YEAR_S = 31_536_000
_BRIEFLY = f"max-age={FRESH_S}, stale-while-revalidate={STALE_S}"
_VERSION = "__VERSION__"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file by content encoding, "" for none. tag: the beginning of its SHA-256, the same on every machine."""

    bodies: dict[str, bytes]
    tag: str


@cache
def version() -> str:
    """What names the files of this release, in addresses that caches keep for a year."""
    texts = [texts_in(language) for language in languages()]
    contents = [*(built(name).encode() for name in (STYLES, *BUNDLES)), *texts]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:12]


@cache
def asset(name: str) -> Asset:
    """A static file, a bundle, or the texts of a language, read once."""
    if name in BUNDLES:
        return _as_asset(built(name).replace(_VERSION, version()).encode())
    if name == STYLES:
        return _as_asset(built(name).encode())
    if name.endswith(".json"):
        return _as_asset(texts_in(name.removesuffix(".json")))
    return _as_asset((SOURCES / name).read_bytes())


def file_answer(name: str, *, is_named_by_version: bool = False) -> Response:
    """A file for a page of any origin. It may be kept for ten minutes, then asked for again with its ETag.

    is_named_by_version: whether its address has the present version in it, so that it never changes: kept for a year.
    """
    found, encoding = asset(name), chosen_encoding()
    answer = Response(found.bodies[encoding], mimetype=KINDS[Path(name).suffix])
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.headers["Vary"] = "Accept-Encoding"
    fresh = f"max-age={FRESH_S}, stale-while-revalidate={STALE_S}"
    answer.headers["Cache-Control"] = (
        f"public, max-age={YEAR_S}, immutable" if is_named_by_version else f"public, {fresh}"
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"  # for pages that check its integrity, and for its texts
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(f"{found.tag}-{encoding}" if encoding else found.tag)
    answer.make_conditional(request)
    return answer


def _as_asset(plain: bytes) -> Asset:
    """These bytes in every encoding, as small as it makes them: this happens once for each process."""
    bodies = {encoding: compress(plain, encoding, is_kept=True) for encoding in ("", *ENCODINGS)}
    return Asset(bodies, hashlib.sha256(plain).hexdigest()[:16])
