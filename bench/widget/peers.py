"""The clients of Waline, Artalk and Twikoo as npm has them, each with a stand-in for its server.

The stand-in answers what the client asks on a page with comments, and serves the client's own files. Everything that
would come from a third host is off: emoji, pictures of people, searches for animated pictures. That favours them.
"""

import gzip
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server

from bench.widget.others import unpacked

AT = "2026-01-05 12:00:00"
AT_MS = 1767614400000
KINDS = {".js": "text/javascript", ".css": "text/css"}
FACE = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@dataclass(frozen=True)
class Peer:
    """A comment system. page: what a page contains, with {at} for the stand-in; shown: the selector of a comment."""

    name: str
    package: str
    page: str
    shown: str
    answer: Callable[[Request, Sequence[str]], Any]


def _waline(request: Request, bodies: Sequence[str]) -> Any:
    comments = [
        {"objectId": number, "nick": f"Reader {number}", "mail": "", "link": "", "comment": f"<p>{body}</p>",
         "orig": body, "time": AT_MS, "avatar": PIXEL, "like": 0, "status": "approved", "children": []}
        for number, body in enumerate(bodies)
    ]  # fmt: skip
    found = {"page": 1, "totalPages": 1, "pageSize": len(bodies), "count": len(bodies), "data": comments}
    return {"errno": 0, "errmsg": "", "data": found if request.path.endswith("/api/comment") else []}


def _artalk(request: Request, bodies: Sequence[str]) -> Any:
    if not request.path.endswith("/comments"):
        return {"frontend_conf": {}, "version": {"version": "2.9.1", "commit_hash": ""}, "pv": 1, "notifies": []}
    comments = [
        {"id": number + 1, "content": body, "content_marked": f"<p>{body}</p>", "nick": f"Reader {number}",
         "user_id": 1, "email_encrypted": "", "link": "", "ua": "", "date": AT, "rid": 0,
         "is_allow_reply": True, "visible": True, "vote_up": 0, "vote_down": 0,
         "page_key": "/rye", "page_url": "", "site_name": "demo", "badge_name": ""}
        for number, body in enumerate(bodies)
    ]  # fmt: skip
    page = {"id": 1, "key": "/rye", "title": "Rye", "admin_only": False, "vote_up": 0, "vote_down": 0}
    return {"comments": comments, "count": len(bodies), "roots_count": len(bodies), "page": page}


def _twikoo(request: Request, bodies: Sequence[str]) -> Any:
    event = json.loads(request.get_data() or b"{}").get("event")
    if event == "GET_CONFIG":
        off = {"SHOW_EMOTION": "false", "SHOW_IMAGE": "false", "HIGHLIGHT": "false", "DEFAULT_GRAVATAR": "identicon"}
        return {"code": 0, "config": {"VERSION": "1.7.9", "IS_ADMIN": False, **off}}
    if event != "COMMENT_GET":
        return {"code": 0, "version": "1.7.9", "time": 1, "data": {"time": 1}}
    comments = [
        {"id": str(number), "nick": f"Reader {number}", "mailMd5": "", "avatar": PIXEL, "link": "", "like": 0,
         "comment": f"<p>{body}</p>", "created": AT_MS, "updated": AT_MS, "replies": [], "os": "", "browser": ""}
        for number, body in enumerate(bodies)
    ]  # fmt: skip
    return {"data": comments, "more": False, "count": len(bodies)}


PEERS = (
    Peer(
        "Waline",
        "@waline/client",
        '<link rel="stylesheet" href="{at}/waline.css"><div id="waline"></div><script type="module">'
        'import {{ init }} from "{at}/waline.js"; init({{ el: "#waline", serverURL: "{at}", path: "/rye", '
        'lang: "en", pageSize: 200, emoji: false, search: false }});</script>',
        ".wl-card-item",
        _waline,
    ),
    Peer(
        "Artalk",
        "artalk",
        '<link rel="stylesheet" href="{at}/Artalk.css"><div id="artalk"></div><script src="{at}/Artalk.js"></script>'
        '<script>Artalk.init({{ el: "#artalk", pageKey: "/rye", pageTitle: "Rye", server: "{at}", site: "demo", '
        'locale: "en", emoticons: false, pagination: {{ pageSize: 200 }}, gravatar: {{ mirror: "{at}/face" }} }});'
        "</script>",
        ".atk-comment-wrap",
        _artalk,
    ),
    Peer(
        "Twikoo",
        "twikoo",
        '<div id="twikoo"></div><script src="{at}/twikoo.min.js"></script>'
        '<script>twikoo.init({{ envId: "{at}/api", el: "#twikoo", path: "/rye", lang: "en" }});</script>',
        ".tk-comment",
        _twikoo,
    ),
)


@contextmanager
def begin_peers(folder: Path, bodies: Sequence[str]) -> Iterator[dict[str, str]]:
    """Each peer with these comments; yields what a page has to contain, by the peer's name with its version."""
    found = {peer.name: unpacked(peer.package, folder) for peer in PEERS}
    by_path = {peer.name.lower(): (peer, found[peer.name][1]) for peer in PEERS}

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        _, name, rest = request.path.split("/", 2)
        peer, files = by_path[name]
        file = files / rest
        if file.is_file():
            response = Response(gzip.compress(file.read_bytes(), 9), mimetype=KINDS[file.suffix])
        elif rest == "face/":
            response = Response(gzip.compress(FACE.encode()), mimetype="image/svg+xml")
        else:
            said = {} if request.method == "OPTIONS" else peer.answer(request, bodies)
            response = Response(gzip.compress(json.dumps(said).encode()), mimetype="application/json")
        response.headers |= {
            "Content-Encoding": "gzip",
            "Access-Control-Allow-Origin": request.headers.get("Origin", "*"),
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Headers": "authorization, content-type",
        }
        return response(environ, start_response)

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        at = f"http://localhost:{server.port}"
        yield {
            f"{peer.name} {found[peer.name][0]}": peer.page.format(at=f"{at}/{peer.name.lower()}") for peer in PEERS
        }
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
