"""Moderators with a browser that runs no JavaScript."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.accounts import Role
from moderation.store import Store
from service.auth.actors import SESSION_COOKIE
from tests.builders import NOON, a_site

A_DAY = timedelta(days=1)


@dataclass
class Browser:
    """One moderator's browser. `submit` sends a form with its CSRF token, as the page would."""

    client: FlaskClient
    moderator_id: str

    def get(self, url: str) -> TestResponse:
        """Open a page."""
        return self.client.get(url)

    def submit(self, url: str, /, **fields: object) -> TestResponse:
        """Send a form with its CSRF token; returns the page that it leads to."""
        return self.post(url, csrf=self.token(), **fields)

    def post(self, url: str, /, **fields: object) -> TestResponse:
        """Send a form with exactly these fields; returns the page that it leads to."""
        return self.client.post(url, data=fields, follow_redirects=True)

    def token(self) -> str:
        """The CSRF token of the session, read from the password page, which every moderator may open."""
        return token_in(self.get("/dashboard/password"))


def token_in(page: TestResponse) -> str:
    """The CSRF token in the first form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


@pytest.fixture
def signed_in(app: Flask, sqlite_store: Store) -> Callable[..., Browser]:
    """A new moderator's browser, signed in: `signed_in("Mina", Role.VIEWER, "demo")`."""

    def make(name: str = "Mina", role: Role = Role.MODERATOR, *sites: str) -> Browser:
        moderator_id = add_moderator(sqlite_store, name, role, *sites)
        browser = Browser(app.test_client(), moderator_id)
        browser.client.set_cookie(SESSION_COOKIE, sign_in_token(sqlite_store, moderator_id, kind="session"))
        return browser

    return make


@pytest.fixture
def garden(sqlite_store: Store) -> str:
    """A second site."""
    sqlite_store.write(lambda uow: uow.sites.add(a_site("garden", name="The roof garden"), at=NOON))
    return "garden"


def add_moderator(store: Store, name: str, role: Role = Role.MODERATOR, *sites: str) -> str:
    """Add a moderator; returns the id."""
    return store.write(lambda uow: uow.accounts.add_moderator(name, role, sites or ("demo",), at=NOON))


def link_for(store: Store, moderator_id: str) -> str:
    """Issue a one-time sign-in link; returns its token."""
    return sign_in_token(store, moderator_id, kind="link")


def sign_in_token(store: Store, moderator_id: str, *, kind: str) -> str:
    """Issue a link or a session that is valid for a day; returns its token."""
    return store.write(lambda uow: uow.accounts.issue_sign_in(moderator_id, kind=kind, lifetime=A_DAY, at=NOON))
