"""Draft budgets on stored trials."""

import pytest

from moderation import automation_admin, review, tried_budgets
from moderation.actions import Action
from moderation.errors import NotFound
from moderation.proof import Ladder
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.score import SHIPPED
from tests.builders import (
    ADA,
    NOON,
    SECOND,
    RecordingDispatch,
    a_score,
    an_automation,
    automated,
    received,
    settled,
)

CLEAN, DOUBTFUL = a_score(0.001, 0.001), a_score(0.4, 0.2)


@pytest.fixture
def counted(store):
    """A site in which 700 decisions without an error were counted, and five comments: one was rejected."""
    automated(store, an_automation(ladders={(SHIPPED, Action.APPROVE): Ladder(seen=(700,) * 6)}))
    comments = [settled(store, received(store), CLEAN) for _ in range(4)]
    settled(store, received(store), DOUBTFUL)
    requests = [
        DecisionRequest(comments[0].id, Action.REJECT, 1, Reason.SPAM),
        DecisionRequest(comments[1].id, Action.APPROVE, 1),
    ]
    review.decide_many(store, RecordingDispatch(), requests, ADA, sites=["demo"], at=NOON + 2 * SECOND)
    store.write(lambda uow: automation_admin.count_verdicts(uow, "demo", limit=9, has_mail=False, at=NOON))
    return comments


def tried(store, one_in):
    return tried_budgets.run(store, "demo", {Action.APPROVE: one_in}).actions[0]


def test_a_budget_that_is_proven_would_act_on_what_reaches_its_level(store, counted):
    found = tried(store, 50)

    assert (found.is_proven, found.would) == (True, 4)
    assert (found.wrong.count, found.wrong.of) == (1, 2)
    assert found.disagreements == (counted[0].id,)


def test_a_budget_that_is_not_proven_would_do_nothing(store, counted):
    found = tried(store, 1_000)

    assert (found.is_proven, found.would, found.wrong.of) == (False, 0, 0)


def test_nothing_is_changed_by_trying(store, counted):
    with store.read() as uow:
        before = uow.automations.get("demo")

    tried(store, 50)

    with store.read() as uow:
        assert uow.automations.get("demo") == before


def test_an_unknown_site_has_no_trials(store):
    with pytest.raises(NotFound):
        tried_budgets.run(store, "nowhere", {})
