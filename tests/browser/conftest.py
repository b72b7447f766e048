"""A real Chromium, the real service on a real store, and a web site of another origin whose pages show the form."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug import Request, Response
from werkzeug.serving import make_server

from moderation import review
from moderation.comment import Comment
from moderation.config.settings import Settings
from moderation.decision import Action, Reason
from moderation.queue import Search
from moderation.review import DecisionRequest
from moderation.site import Site
from moderation.store import Store
from service.app import create_app
from tests.builders import ADA, RecordingDispatch, a_site
from tests.service.conftest import NO_LIMITS
from tests.waiting import LIMIT_S

WATCH = """
window.reports = [];
document.addEventListener("securitypolicyviolation", (event) => window.reports.push(event.violatedDirective));
"""


@dataclass
class Live:
    """An HTTP server. app: the WSGI application that answers, replaced by `answer_with` at any time."""

    port: int
    server: Any
    app: Any = None

    def answer_with(self, app: Callable[..., Any]) -> None:
        self.app, self.server.app = app, _read_whole(app)


@dataclass
class Host:
    """A web site at another origin than the service. Its pages may load only what the service has."""

    origin: str
    service_url: str
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def strict_policy(self) -> str:
        """A content policy that allows our origin, and inline code nowhere."""
        resources = self.service_url
        own = resources
        return f"default-src 'none'; script-src {own}; style-src {own}; connect-src {own}; form-action {own}"

    def page(
        self, body: str, *, path: str = "/a-page", head: str = "", lang: str = "en", policy: str | None = None
    ) -> str:
        """Add a page; returns its URL."""
        policy = self.strict_policy if policy is None else policy
        html = (
            f'<!doctype html><html lang="{lang}">'
            '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>A page</title>{head}<body><main><h1>A page</h1>{body}</main></body></html>"
        )
        self.pages[path] = html, {"Content-Security-Policy": policy} if policy else {}
        return f"{self.origin}{path}"

    def page_with_form(self, **options: Any) -> str:
        """A page with the script tag and nothing else."""
        return self.page(self.script(), **options)

    def script(self, **data: str) -> str:
        """The script tag; `script(thread="x")` gives it data-thread."""
        attributes = "".join(
            f' data-{name.replace("_", "-")}="{value}"' for name, value in {"site": "demo", **data}.items()
        )
        return f'<script src="{self.service_url}/embed.js" defer{attributes}></script>'

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = Request(environ).path
        text, headers = self.pages.get(path, ("<h1>Nothing here</h1>", {}))
        mimetype = "text/javascript" if path.endswith(".js") else "text/html"
        return Response(text, headers=headers, mimetype=mimetype)(environ, start_response)


@dataclass
class Service:
    """The real service with its store."""

    url: str
    store: Store
    site: Site

    def comments(self) -> list[Comment]:
        """Every comment of the site, the oldest first."""
        with self.store.read() as uow:
            return list(uow.queue.page(Search(sites=("demo",), status=None, limit=100)).comments)

    def decide(self, comment: Comment, action: Action, reason: Reason | None = None) -> None:
        """Decide a comment as a moderator."""
        request = DecisionRequest(comment.id, action, comment.revision, reason)
        review.decide(self.store, RecordingDispatch(), request, ADA, sites=["demo"], at=comment.received_at)


@pytest.fixture
def service(tmp_path: Path, sqlite_store: Store, host: Host, live_service: Live) -> Service:
    """The service; the host's origin is one of the site's."""
    url = host.service_url
    site = a_site(origins=(host.origin, url))
    sqlite_store.write(lambda uow: uow.sites.change(site))
    environ = {"REJOINDER_HOME": str(tmp_path / "home"), "REJOINDER_PUBLIC_URL": url, **NO_LIMITS}
    app = create_app(Settings.from_env(environ), store=sqlite_store, dispatch=RecordingDispatch())
    live_service.answer_with(app)
    return Service(url, sqlite_store, site)


@pytest.fixture
def host(live_host: Live, live_service: Live) -> Host:
    """An empty web site."""
    host = Host(f"http://blog.localhost:{live_host.port}", f"http://localhost:{live_service.port}")
    live_host.answer_with(host)
    return host


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader's browser with an empty profile."""
    yield from _opened(browser)


@pytest.fixture
def plain_context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader's browser without JavaScript."""
    yield from _opened(browser, java_script_enabled=False)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab of the reader's browser."""
    return context.new_page()


@pytest.fixture
def plain_page(plain_context: BrowserContext) -> Page:
    """A tab of the browser without JavaScript."""
    return plain_context.new_page()


@pytest.fixture(scope="session")
def live_service() -> Iterator[Live]:
    """Where the service listens."""
    yield from _listening()


@pytest.fixture(scope="session")
def live_host() -> Iterator[Live]:
    """Where the host listens."""
    yield from _listening()


def _opened(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", timezone_id="UTC", **options)
    context.set_default_timeout(LIMIT_S * 1_000)
    context.add_init_script(WATCH)
    dialogs: list[str] = []
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield context
    context.close()
    assert dialogs == [], "somebody's text ran as code"
    assert errors == [], "a script failed"


def _read_whole(app: Callable[..., Any]) -> Callable[..., Any]:
    """The app, its response read and closed before it is sent: werkzeug leaves files open when a tab goes away."""
    return lambda environ, start: Response.from_app(app, environ, buffered=True)(environ, start)


def _listening() -> Iterator[Live]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Live(server.port, server)
    server.shutdown()
    thread.join()
    server.server_close()
