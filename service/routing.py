"""URLs: thread keys with any slashes in them, and none that a database could not read."""

from flask import Flask, request
from werkzeug.routing import BaseConverter

from service.errors import Unreadable


class KeyConverter(BaseConverter):
    """A thread's key: any characters, slashes at its beginning and end too."""

    part_isolating = False
    regex = ".+?"
    weight = 200


def refuse_unreadable_urls(app: Flask) -> None:
    """Refuse a NUL (PostgreSQL cannot store one) and bytes that are no UTF-8, wherever they stand in the URL."""

    @app.before_request
    def refuse() -> None:
        for told in (request.path, *request.args.keys(), *request.args.values()):
            if "\0" in told or "\ufffd" in told:
                raise Unreadable("The URL holds a NUL or is no UTF-8; percent-encode it as UTF-8.")
