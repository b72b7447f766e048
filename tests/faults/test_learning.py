"""A worker that is killed while a site learns: it learns the same as if nothing had happened."""

import pytest
from sqlalchemy import delete

from moderation import learning
from moderation.actions import Action
from moderation.decision import DecidedBy
from moderation.process.failpoints import FAILPOINTS
from moderation.reasons import Reason
from moderation.review import DecisionRequest, decide_many
from moderation.store import Store
from moderation.store.tables import lessons, site_learning, site_models
from tests.builders import RecordingDispatch
from tests.faults.promises import settled
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

ANN = DecidedBy("mod_ann", "Ann")
COMMENTS = 24
OF_LEARNING = [each for each in FAILPOINTS if each.startswith("learning.")]


@pytest.fixture
def expected(stack: Stack) -> bytes:
    """What the site learns from its comments when nothing fails; it is forgotten again."""
    stack.start("valkey", "web", "scoring", "sweep")
    for n in range(COMMENTS):
        body = f"Come to zlotko, the wheel pays {n}" if n % 3 == 0 else f"The dough rose well, number {n}"
        assert stack.comment(body).status == 202
    eventually(lambda: settled(stack))
    decide_all(stack)
    eventually(lambda: weights(stack.store))
    learned = weights(stack.store)
    stack.kill("scoring")
    stack.store.write(forget_all)
    return learned


@pytest.mark.parametrize("failpoint", OF_LEARNING)
def test_kill_minus_nine_while_a_site_learns_changes_nothing_of_what_it_learns(
    stack: Stack, expected: bytes, failpoint: str
) -> None:
    stack.start("scoring", failpoint=failpoint)
    learning.note_history(stack.store, "demo")

    eventually(lambda: stack.has_been_killed("scoring"))
    stack.kill("scoring")
    stack.start("scoring")

    eventually(lambda: weights(stack.store))
    assert weights(stack.store) == expected != b""


def decide_all(stack: Stack) -> None:
    with stack.store.read() as uow:
        found = uow.comments.get_many([id for id, _ in waiting(uow)])
    requests = [
        DecisionRequest(each.id, Action.REJECT, each.revision, Reason.SPAM)
        if "zlotko" in each.body
        else DecisionRequest(each.id, Action.APPROVE, each.revision)
        for each in found
    ]
    made = decide_many(stack.store, RecordingDispatch(), requests, ANN, sites=["demo"], at=found[-1].received_at)
    assert len(made) == COMMENTS


def weights(store: Store) -> bytes:
    """The newest weights that are made of all lessons; b"" before."""
    with store.read() as uow:
        models = [each for each in uow.site_models.all("demo") if each.lessons == COMMENTS]
        return uow.site_models.weights(models[0].id) if models else b""


def forget_all(uow) -> None:
    for table in (lessons, site_models, site_learning):
        uow.connection.execute(delete(table))


def waiting(uow):
    return uow.connection.exec_driver_sql("SELECT id, status FROM comments ORDER BY id").all()
