"""URLs: thread keys with any slashes in them, and none that a database could not read."""

from urllib.parse import unquote_to_bytes

from flask import Flask, request
from werkzeug.routing import BaseConverter

from service.http.errors import Unreadable


class KeyConverter(BaseConverter):
    """A thread's key: any characters, slashes at its beginning and end too."""

    part_isolating = False
    regex = ".+?"
    weight = 200


def refuse_unreadable_urls(app: Flask) -> None:
    """Refuse a NUL (PostgreSQL cannot store one) and bytes that are no UTF-8, wherever they stand in the URL.

    The bytes are asked, as they came: Werkzeug hides wrong ones in the path as U+FFFD, and in the query as "%FF".
    """

    @app.before_request
    def refuse() -> None:
        path, query = (request.environ.get(part, "").encode("latin-1") for part in ("PATH_INFO", "QUERY_STRING"))
        told = path + b"?" + unquote_to_bytes(query)
        if b"\0" in told or not _is_utf8(told):
            raise Unreadable("The URL holds a NUL or is no UTF-8; percent-encode it as UTF-8.")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
