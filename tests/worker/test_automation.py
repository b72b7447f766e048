"""The sweeper counts people's decisions, and pauses automation where nobody would notice an error."""

from datetime import timedelta

import pytest

from moderation import review
from moderation.actions import Action
from moderation.automation import SPOT_CHECKS, Mode
from moderation.config.settings import Settings
from moderation.review import DecisionRequest
from moderation.score import SHIPPED
from moderation.trials import coin
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_score, an_automation, automated, received, settled
from worker import automation
from worker.context import Context

CLEAN = a_score(0.001, 0.001)


@pytest.fixture
def dispatch():
    return RecordingDispatch()


@pytest.fixture
def context(store, tmp_path, dispatch):
    """A worker, by default ten seconds after noon."""
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})

    def context(at=NOON + 10 * SECOND):
        return Context(settings, store, dispatch, lambda: at)

    return context


def approve(store, comments):
    requests = [DecisionRequest(each.id, Action.APPROVE, each.revision) for each in comments]
    review.decide_many(store, RecordingDispatch(), requests, ADA, sites=["demo"], at=NOON + 2 * SECOND)


def test_decisions_are_counted_until_none_is_left(store, context, monkeypatch):
    monkeypatch.setattr(automation, "AT_ONCE", 2)
    automated(store, an_automation(level=-1))
    approve(store, [settled(store, received(store), CLEAN) for _ in range(5)])

    counted = [automation.count_verdicts(context()) for _ in range(4)]

    assert counted == [2, 2, 1, 0]
    with store.read() as uow:
        assert uow.automations.get("demo").ladder(SHIPPED, Action.APPROVE).seen == (5,) * 6


def test_unanswered_spot_checks_pause_automation_and_ring_for_the_mail(store, context, dispatch):
    automated(store)
    drawn = [each for each in (received(store) for _ in range(400)) if coin(store.sealer, each.id) < SPOT_CHECKS]
    for comment in drawn:
        settled(store, comment, CLEAN)

    automation.check_answers(context(NOON + timedelta(days=13)))
    assert dispatch.rings == []
    automation.check_answers(context(NOON + timedelta(days=15)))

    assert len(drawn) > 5
    assert dispatch.rings == ["delivery"]
    with store.read() as uow:
        assert uow.automations.get("demo").mode is Mode.SHADOW
