"""An answer whose headers are written as they go out."""

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Ready(Response):
    """For the answers that are given most: a body that is there whole, a status that has one, an ASCII Location.

    Werkzeug would copy the headers and correct them, for a twentieth of the time that such a request takes.
    """

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """The headers as they are."""
        return self.headers
