"""Everybody who may ask: nobody, keys of each scope, moderators of each role, and owners of another site only."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from moderation.accounts import Role, Scope
from moderation.store import Store, UnitOfWork
from service.auth import csrf
from service.auth.actors import SESSION_COOKIE
from service.dashboard.session import VISITOR_COOKIE
from tests.builders import NOON

LADDER = ("check", "submit", "read", "moderate", "admin")
"""The scopes, each of which includes those before it."""


@dataclass(frozen=True)
class Actor:
    """Somebody. scope: what they have on `site`, "" for nothing; role: a moderator's, "" for a key and for nobody."""

    name: str
    scope: str = ""
    role: str = ""
    site: str = "theirs"

    @property
    def has_key(self) -> bool:
        return bool(self.scope) and not self.role

    @property
    def is_elsewhere(self) -> bool:
        return self.site != "theirs"

    def has(self, scope: str) -> bool:
        """Whether the actor's scope includes this one."""
        return bool(self.scope) and LADDER.index(self.scope) >= LADDER.index(scope)


OWNER = Actor("owner", "admin", "owner")
ACTORS = (
    Actor("nobody"),
    *(Actor(f"key, {scope}", scope) for scope in LADDER),
    Actor("viewer", "read", "viewer"),
    Actor("moderator", "moderate", "moderator"),
    OWNER,
    Actor("key of another site", "admin", site="demo"),
    Actor("owner of another site", "admin", "owner", site="demo"),
)


class Caller:
    """An actor with an HTTP client: a key in the header, or a browser that sends a token with each change."""

    def __init__(self, actor: Actor, app: Flask, store: Store) -> None:
        self._client, self._sealer = app.test_client(), store.sealer
        self.key = _new_key(store, actor) if actor.has_key else ""
        self._cookie = _new_session(store, actor) if actor.role else "a visitor"
        self._client.set_cookie(SESSION_COOKIE if actor.role else VISITOR_COOKIE, self._cookie)

    def open(self, url: str, method: str, *, form: dict[str, str] | None = None, json: Any = None) -> TestResponse:
        """Ask for this."""
        token = csrf.issue_token(self._sealer, self._cookie)
        headers = {csrf.HEADER: token} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        fields = None if form is None else {csrf.FIELD: token, **form}
        return self._client.open(url, method=method, data=fields, json=json, headers=headers, buffered=True)

    def open_without_token(self, url: str, method: str) -> TestResponse:
        """Ask for this as a page of another site can make the browser do: with its cookies."""
        return self._client.open(url, method=method)


def _new_key(store: Store, actor: Actor) -> str:
    _, secret = store.write(lambda uow: uow.keys.add(actor.site, "a test", Scope(actor.scope), at=NOON))
    return str(secret)


def _new_session(store: Store, actor: Actor) -> str:
    def sign_in(uow: UnitOfWork) -> str:
        name, role = f"{actor.name} {len(uow.accounts.moderators())}", Role(actor.role)
        moderator_id = uow.accounts.add_moderator(name, role, [actor.site], at=NOON)
        return uow.accounts.issue_sign_in(moderator_id, kind="session", lifetime=timedelta(days=1), at=NOON)

    return store.write(sign_in)
