"""A webhook whose host is public when it is checked and private when it is connected to, through real processes.

The delivery worker runs in a network and mount namespace of its own, with public and private addresses, port 80, the
resolver of the C library and a DNS server, under the default settings.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.messages import NOTHING
from moderation.outbox.delivery import DeliverySearch
from tests.security import rebinding_world
from tests.security.rebinding_world import PUBLIC, TURNS
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

NAMESPACES = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--mount", "--net"]


class IsolatedStack(Stack):
    """An installation whose delivery worker runs in `rebinding_world`. world: the folder with what happened there."""

    world: Path

    def _command(self, role: str) -> list[str]:
        command = super()._command(role)
        if role != "delivery":
            return command
        return [*NAMESPACES, sys.executable, rebinding_world.__file__, str(self.world), *command]

    def lines(self, name: str) -> list[str]:
        """The lines of a log of the world."""
        path = self.world / name
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def stack(sqlite_url: str, tmp_path: Path) -> Iterator[IsolatedStack]:
    """Valkey, the delivery worker in its world, and the sweeper, which wakes it."""
    if problem := why_no_namespace():
        pytest.skip(problem)
    with closing(IsolatedStack(sqlite_url, outgoing_allow="")) as stack:
        stack.world = tmp_path
        stack.start("valkey", "delivery", "sweep")
        yield stack
        print(stack.logs())


def test_a_host_that_turns_private_is_never_connected_to_and_the_attempt_says_so(stack: IsolatedStack) -> None:
    at = datetime.now(UTC)
    endpoint, _ = stack.store.write(
        lambda uow: uow.endpoints.add("demo", url="http://hooks.example/", events=(), at=at)
    )

    while len(stack.lines("answers")) < len(TURNS):
        stack.store.write(lambda uow: uow.deliveries.announce_test("demo", endpoint.id, at=datetime.now(UTC)))
        eventually(lambda: all(each.attempts for each in deliveries(stack)))

    attempts = [attempt for each in deliveries(stack) for attempt in each.attempts]
    assert {(each.http_status, each.problem.code) for each in attempts} == {
        (204, NOTHING.code),
        (None, "connect.not_public"),
    }
    assert set(stack.lines("connections")) == {PUBLIC}


def deliveries(stack: Stack):
    """Every delivery with its attempts."""
    with stack.store.read() as uow:
        return uow.deliveries.page(DeliverySearch("demo", limit=100)).deliveries


def why_no_namespace() -> str:
    """Why no process here can have a network of its own; "" if it can."""
    missing = [each for each in ("unshare", "ip", "mount") if shutil.which(each) is None]
    if missing:
        return f"This needs the programs unshare, ip and mount (packages util-linux and iproute2); missing: {missing}"
    tried = subprocess.run(
        [*NAMESPACES, "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False
    )
    return (
        f"This machine lets no process have a network of its own: {tried.stderr.strip()}" if tried.returncode else ""
    )
