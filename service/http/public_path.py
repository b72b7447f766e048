"""The path of REJOINDER_PUBLIC_URL, as in https://blog.example/comments, in front of every route."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class PublicPath:
    """WSGI middleware: removes the public path from requests, and lets `url_for` put it in front of every URL.

    A proxy may pass the path on or strip it: requests with and without it are the same.
    """

    def __init__(self, app: "WSGIApplication", path: str) -> None:
        self._app = app
        self._path = path

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ["PATH_INFO"] = without_path(environ["PATH_INFO"], self._path)
        environ["SCRIPT_NAME"] = self._path
        return self._app(environ, start_response)


def without_path(url_path: str, public_path: str) -> str:
    """The URL's path as the routes know it; unchanged when it does not begin with the public path."""
    if url_path == public_path or url_path.startswith(f"{public_path}/"):
        return url_path.removeprefix(public_path) or "/"
    return url_path
