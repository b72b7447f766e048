# ruff: noqa: E501 - a comment each
"""A running service with threads to look at, and pages of another origin that show them."""

import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import make_server

from moderation import review
from moderation.comment import Comment, ThreadRef
from moderation.config.settings import Settings
from moderation.decision import Action
from moderation.review import DecisionRequest
from moderation.store import Store
from moderation.store.database.migrate import migrate
from service.app import create_app
from tests.builders import ADA, RecordingDispatch, a_sealer, a_site, a_submission, received
from tests.service.conftest import NO_LIMITS

SAID = (
    ("Hanne Okafor", "Thank you for this. I let the dough rest overnight in the cellar (about 12 °C) and the crumb came "
     "out open and moist, exactly as in your photo.\n\nOne question: would you score it before or after the second "
     "rise?", ""),
    ("Ingrid Baumann", "Before the second rise, or it tears at the side. 🍞", "Hanne Okafor"),
    ("Hanne Okafor", "That explains last Sunday. Thanks!", "Ingrid Baumann"),
    ("Tomás Ferreira", "My grandmother killed it every time: 70 % hydration, a hot stone, and no talk about the steam. "
     "She wrote it down once, see https://recipes.example/grandmother/rye-1962.", ""),
    ("李 明", "我用全麦面粉试过，也很好吃。", "Tomás Ferreira"),
    ("שירה לוי", "תודה! נראה נהדר, אנסה בסוף השבוע.", ""),
    ("Per Wójcik", "Does this work with spelt as well?", ""),
    ("Odile Marchand", "It does. Use a little less water, and watch the clock rather than the recipe: spelt is quick and "
     "then it is over.", "Per Wójcik"),
    ("Per Wójcik", "Then I'll set an alarm.", "Odile Marchand"),
    ("A. B. Njoroge", "Or a second loaf, for whoever sleeps through it.", "Per Wójcik"),
)  # fmt: skip


class Host:
    """A site of pages by path. extra: headers of all."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.origin = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        page = self.pages.get(Request(environ).path)
        answer = Response(page or "not here", status=200 if page else 404, mimetype="text/html")
        return answer(environ, start_response)


class Stage:
    """A service, its store and a host. site: `demo`, which allows the host's origin."""

    def __init__(self, store: Store, host: Host, url: str) -> None:
        self.store, self.host, self.url = store, host, url

    def say(self, key: str, said: tuple[tuple[str, str, str], ...] = SAID) -> list[Comment]:
        """Publish these comments, (name, body, name of whom it answers), the first of them two days ago."""
        ids: dict[str, str] = {}
        comments = []
        start = datetime.now(UTC) - timedelta(days=2)
        for number, (name, body, answers) in enumerate(said):
            submission = a_submission(body, name=name, thread=ThreadRef(key), parent=ids.get(answers, ""))
            at = start + timedelta(days=2) * number / len(said)
            comment = received(self.store, submission, at=at)
            request = DecisionRequest(comment.id, Action.APPROVE, comment.revision, None)
            review.decide(self.store, RecordingDispatch(), request, ADA, sites=["demo"], at=at)
            ids[name] = comment.id
            comments.append(comment)
        return comments


@contextmanager
def stage() -> Iterator[Stage]:
    """A service and a host, listening until the block ends."""
    host = Host()
    with tempfile.TemporaryDirectory() as home, _listening(host) as port:
        host.origin = f"http://blog.localhost:{port}"
        database = f"sqlite:///{home}/store.sqlite"
        migrate(database)
        with closing(Store(database, a_sealer())) as store, _listening(None) as service_port:
            url = f"http://localhost:{service_port}"
            site = a_site(origins=(host.origin, url))
            store.write(lambda uow: uow.sites.add(site, at=datetime.now(UTC)))
            environ = {"REJOINDER_HOME": str(Path(home) / "home"), "REJOINDER_PUBLIC_URL": url, **NO_LIMITS}
            _servers[service_port].app = create_app(
                Settings.from_env(environ), store=store, dispatch=RecordingDispatch()
            )
            yield Stage(store, host, url)


_servers: dict[int, Any] = {}


@contextmanager
def _listening(app: Any) -> Iterator[int]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server: Any = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    _servers[server.port] = server
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
