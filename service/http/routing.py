"""URL routing: thread keys may hold any slashes; URLs that a database could not store are refused."""

from urllib.parse import unquote_to_bytes

from flask import Flask, request
from werkzeug.routing import BaseConverter

from moderation.messages import N_, Message
from service.http.errors import Unreadable


class KeyConverter(BaseConverter):
    """A thread's key: any characters, line breaks too, with slashes even at the beginning and the end."""

    part_isolating = False
    regex = r"[\s\S]+?"
    weight = 200


def refuse_unreadable_urls(app: Flask) -> None:
    """Refuse a NUL (PostgreSQL cannot store one) and bytes that are not UTF-8, anywhere in the URL.

    This checks the raw bytes: Werkzeug replaces wrong ones by U+FFFD in the path, and by "%FF" in the query.
    """

    @app.before_request
    def refuse() -> None:
        path, query = (request.environ.get(part, "").encode("latin-1") for part in ("PATH_INFO", "QUERY_STRING"))
        url = path + b"?" + unquote_to_bytes(query)
        if b"\0" in url or not _is_utf8(url):
            raise Unreadable(Message(N_("The URL holds a NUL or is not UTF-8; percent-encode it as UTF-8.")))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
