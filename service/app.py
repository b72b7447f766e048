"""The Flask app and its middleware, wired in one place."""

from flask import Flask

from moderation.config.settings import Settings
from moderation.dispatch import Dispatch
from moderation.store import Store
from service.api import routes
from service.compat.akismet import bp as akismet
from service.compat.coral import bp as coral
from service.compat.perspective import bp as perspective
from service.dashboard import bp as dashboard
from service.dashboard.imports import UploadRequest
from service.embed import bp as embed
from service.http import cors, metrics, problems, security_headers
from service.http.client_address import ClientAddress
from service.http.fast_path import FastPath
from service.http.language import install_translations
from service.http.public_path import PublicPath
from service.http.routing import KeyConverter, refuse_unreadable_urls
from service.resources import Clock, install, open_resources, utc_now

MAX_FORM_PARTS = 50


def create_app(
    settings: Settings,
    *,
    store: Store | None = None,
    dispatch: Dispatch | None = None,
    now: Clock = utc_now,
) -> Flask:
    """The app for these settings. Tests pass their own store, dispatch and clock."""
    app = Flask("service")
    app.request_class = UploadRequest
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_body_bytes
    app.config["MAX_FORM_PARTS"] = MAX_FORM_PARTS
    app.json.sort_keys = False  # type: ignore[attr-defined]  # people read answers too: id and status first
    app.url_map.merge_slashes = False  # a thread's key may hold any slashes, "https://…" among them
    app.url_map.converters["key"] = KeyConverter
    opened = open_resources(settings, store=store, dispatch=dispatch, now=now)
    counted = metrics.Metrics(opened.store, now)
    install(app, opened)
    app.wsgi_app = FastPath(app, opened, counted, security_headers.defaults_of(settings))  # type: ignore[method-assign]
    if settings.public_path:
        app.wsgi_app = PublicPath(app.wsgi_app, settings.public_path)  # type: ignore[method-assign]
    if settings.proxy_hops:
        app.wsgi_app = ClientAddress(app.wsgi_app, hops=settings.proxy_hops)  # type: ignore[method-assign]
    metrics.count_requests(app, counted)
    security_headers.protect(app, settings)
    problems.answer_problems(app)
    install_translations(app)
    refuse_unreadable_urls(app)
    cors.add_cors_headers(app)
    _register_faces(app)
    return app


def _register_faces(app: Flask) -> None:
    routes.register(app)
    app.register_blueprint(akismet)
    app.register_blueprint(coral)
    app.register_blueprint(perspective)
    app.register_blueprint(embed)
    app.register_blueprint(dashboard)
