"""A decision about everything that matches, and kill -9 amid it."""

from datetime import UTC, datetime

import pytest

from moderation.actions import Action
from moderation.bulk_run import RunStatus
from moderation.bulk_runs import AT_ONCE, begin_run
from moderation.queue import Search
from moderation.reasons import Reason
from tests.builders import ADA, a_submission, received
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

COMMENTS = AT_ONCE + 20


@pytest.mark.parametrize("failpoint", ["bulk.before_decisions", "bulk.after_decisions"])
def test_kill_minus_nine_amid_a_run_decides_about_each_comment_once(stack: Stack, failpoint: str) -> None:
    for number in range(COMMENTS):
        received(stack.store, a_submission(f"Copy {number}"), at=datetime.now(UTC))
    search = Search(("demo",))
    run = stack.store.write(lambda uow: begin_run(uow, search, Action.REJECT, Reason.SPAM, ADA, at=datetime.now(UTC)))

    stack.start("valkey")
    stack.start("sweep", failpoint=failpoint)
    eventually(lambda: stack.has_been_killed("sweep"))
    stack.kill("sweep")
    stack.start("sweep")

    def ended() -> bool:
        with stack.store.read() as uow:
            return uow.bulk_runs.get(run.id).status is RunStatus.DONE

    eventually(ended)
    with stack.store.read() as uow:
        page = uow.queue.page(Search(("demo",), None, limit=100))
        histories = uow.decisions.histories([comment.id for comment in page.comments])
        assert uow.bulk_runs.decided(uow.bulk_runs.get(run.id)) == COMMENTS
    assert {len(history) for history in histories.values()} == {1}
