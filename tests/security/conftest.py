"""The service in this process for tests of who may do what, and before a browser."""

import pytest

from service.classifier import WebClassifier
from tests.browser.conftest import host, live_host, live_service, service
from tests.builders import StubClassifier
from tests.service.conftest import _cheap_hashes, _compiled_once, app, clock, settings

__all__ = [
    "_cheap_hashes",
    "_compiled_once",
    "app",
    "clock",
    "host",
    "live_host",
    "live_service",
    "service",
    "settings",
]


@pytest.fixture
def stub_classifier(monkeypatch: pytest.MonkeyPatch) -> StubClassifier:
    """The classifier of the web process: it finds everything clean."""
    stub = StubClassifier()
    monkeypatch.setattr(WebClassifier, "sketch_many", lambda self, bodies: stub.sketch_many(bodies))
    monkeypatch.setattr(WebClassifier, "score_many", lambda self, comments, **how: stub.score_many(comments, **how))
    return stub
