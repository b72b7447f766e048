"""A client of the real app on a real SQLite store, and keys for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from moderation.accounts import Role, Scope
from moderation.config.settings import Settings
from moderation.store import Store, UnitOfWork
from service.app import create_app
from service.auth import passwords
from service.auth.actors import SESSION_COOKIE
from tests.builders import NOON, RecordingDispatch
from tests.service.compiled_once import compiled_once

NO_LIMITS = {
    "REJOINDER_LIMIT_NETWORK": "1000000/minute",
    "REJOINDER_LIMIT_BYTES": "900000000/minute",
    "REJOINDER_LIMIT_READS": "1000000/minute",
    "REJOINDER_LIMIT_EMAIL": "1000000/minute",
    "REJOINDER_LIMIT_SITE": "1000000/minute",
    "REJOINDER_LIMIT_CHECKS": "1000000/minute",
}


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make hashing cheap; test_passwords.py tests the real cost."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


@dataclass
class Clock:
    """The service's clock, moved by hand."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def wait(self, time: timedelta) -> None:
        self.at += time


@pytest.fixture
def clock() -> Clock:
    """A clock at noon."""
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an installation without options."""
    return settings_of(tmp_path)


def settings_of(home: Path, **changes: str) -> Settings:
    """Settings with no limits but those that the test names: `settings_of(home, limit_network="2/minute")`."""
    named = {f"REJOINDER_{name.upper()}": value for name, value in changes.items()}
    return Settings.from_env({"REJOINDER_HOME": str(home / "home"), **NO_LIMITS, **named})


@pytest.fixture
def app(settings: Settings, sqlite_store: Store, dispatch: RecordingDispatch, clock: Clock) -> Flask:
    """The whole service."""
    return create_app(settings, store=sqlite_store, dispatch=dispatch, now=clock)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """An HTTP client of the app."""
    with app.test_client() as client:
        yield client


@pytest.fixture
def key(sqlite_store: Store) -> Callable[..., dict[str, str]]:
    """Headers with a new key: `key(Scope.READ, "demo")`."""

    def make(scope: Scope = Scope.ADMIN, site_id: str = "demo") -> dict[str, str]:
        _, secret = sqlite_store.write(lambda uow: uow.keys.add(site_id, "a test", scope, at=NOON))
        return {"Authorization": f"Bearer {secret}"}

    return make


@pytest.fixture
def limited(
    tmp_path: Path, sqlite_store: Store, dispatch: RecordingDispatch, clock: Clock
) -> Callable[..., FlaskClient]:
    """A client under limits: `limited(limit_network="1/hour")`."""

    def make(**changes: str) -> FlaskClient:
        return create_app(
            settings_of(tmp_path, **changes), store=sqlite_store, dispatch=dispatch, now=clock
        ).test_client()

    return make


@pytest.fixture
def session(app: Flask, sqlite_store: Store) -> Callable[[dict[str, str]], FlaskClient]:
    """A signed-in moderator's browser: `session({"demo": "viewer"})`."""

    def make(roles: dict[str, str]) -> FlaskClient:
        def sign_in(uow: UnitOfWork) -> str:
            moderator_id = uow.accounts.add_moderator(
                f"Mina {len(uow.accounts.moderators())}", Role.VIEWER, [], at=NOON
            )
            for site_id, role in roles.items():
                uow.accounts.grant(moderator_id, site_id, Role(role))
            return uow.accounts.issue_sign_in(moderator_id, kind="session", lifetime=timedelta(hours=1), at=NOON)

        client = app.test_client()
        client.set_cookie(SESSION_COOKIE, sqlite_store.write(sign_in))
        return client

    return make
