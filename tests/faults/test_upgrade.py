"""The schema is upgraded while processes that began on the older one accept, score and decide: they go on."""

import contextlib
import threading
from collections.abc import Iterator

import pytest

from moderation.audit import verify
from moderation.comment import Status
from moderation.store.database.migrate import check, migrate
from tests.faults.promises import settled
from tests.stack import Stack
from tests.waiting import LIMIT_S, eventually

pytestmark = pytest.mark.slow

OLDER = ["0022"]
"""The older schemas on which the code of this version runs. One that adds a column to a table that it writes can only
be tried from its own schema on."""

EACH = 15
"""Comments before, during and after the upgrade, at least."""


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, empty_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """An installation on an older schema; its sweeper, which works on the new table, is not to be started before the
    upgrade."""
    with monkeypatch.context() as patched:
        patched.setattr("moderation.config.bootstrap.migrate", lambda url: migrate(url, to=request.param))
        stack = Stack(empty_database)
    with contextlib.closing(stack):
        assert check(empty_database).found == request.param
        yield stack
        print(stack.logs())


class Traffic:
    """Comments, and a decision about each that waits for one, until the block ends."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.accepted: list[str] = []
        self.decided: list[str] = []
        self.statuses: set[int] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Traffic":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stopped.set()
        self._thread.join(LIMIT_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            answer = self.stack.comment(f"Thank you for the bread, number {len(self.accepted)}.")
            self.statuses.add(answer.status)
            if answer.status == 202:
                self.accepted.append(answer.json["id"])
            self._decide()

    def _decide(self) -> None:
        queue = self.stack.get("/v1/queue?limit=5", key=self.stack.key)
        self.statuses.add(queue.status)
        for comment in queue.json["comments"] if queue.status == 200 else []:
            asked = {"action": "approve", "revision": comment["revision"]}
            answer = self.stack.post(f"/v1/comments/{comment['id']}/decisions", asked, key=self.stack.key)
            self.statuses.add(answer.status)
            if answer.status == 201:
                self.decided.append(comment["id"])

    def has_more(self, count: int) -> bool:
        """Wait until so many more were accepted, and one more was decided."""
        accepted, decided = len(self.accepted) + count, len(self.decided) + 1
        return eventually(lambda: len(self.accepted) >= accepted and len(self.decided) >= decided)


def test_processes_of_the_older_schema_work_on_while_it_is_upgraded_and_afterwards(older: Stack) -> None:
    older.start("valkey", "web", "scoring", "delivery")

    with Traffic(older) as traffic:
        traffic.has_more(EACH)
        migrate(older.settings.database_url)
        traffic.has_more(EACH)
        older.start("sweep")
        traffic.has_more(EACH)

    eventually(lambda: settled(older))
    assert check(older.settings.database_url).is_current
    assert traffic.statuses <= {200, 201, 202, 409, 503}
    assert_all_stand(older, traffic.accepted)
    eventually(lambda: set(traffic.accepted) == _found(older, "bread"))


def assert_all_stand(stack: Stack, accepted: list[str]) -> None:
    with stack.store.read() as uow:
        for id in accepted:
            assert uow.comments.get(id).status in set(Status)
            assert uow.decisions.history(id)[-1].status_after is uow.comments.get(id).status
        conservation = uow.statistics.conservation()
        assert conservation.is_whole
        assert conservation.accepted == len(accepted)
        assert not verify("demo", uow.audit.entries("demo")).broken_at


def _found(stack: Stack, word: str) -> set[str]:
    with stack.store.read() as uow:
        return set(uow.text_index.find([word], most=100_000) or ())
