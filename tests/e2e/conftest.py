"""Whole installations, on each database."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from moderation.webhooks.events import EventType
from tests.conftest import administer
from tests.receiver import Receiver
from tests.stack import Stack

ALL_EVENTS = tuple(EventType)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rejoinder.db'}"
    return _empty_postgresql(request.getfixturevalue("_postgresql"))


@pytest.fixture
def stack(empty_database: str) -> Iterator[Stack]:
    """An installation whose processes are not started yet. Its logs are shown when the test fails."""
    with contextlib.closing(Stack(empty_database)) as stack:
        yield stack
        print(stack.logs())


@pytest.fixture
def receiver(stack: Stack) -> Iterator[Receiver]:
    """A site that receives the stack's webhooks."""
    receiver = Receiver()
    at = datetime.now(UTC)
    _, secret = stack.store.write(lambda uow: uow.endpoints.add("demo", url=receiver.url, events=ALL_EVENTS, at=at))
    receiver.secret = secret
    yield receiver
    receiver.close()


def _empty_postgresql(server: URL) -> str:
    administer(server, "DROP DATABASE IF EXISTS whole WITH (FORCE)", "CREATE DATABASE whole TEMPLATE template0")
    return server.set(drivername="postgresql", database="whole").render_as_string(hide_password=False)
