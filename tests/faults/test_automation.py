"""The sweeper is killed while it counts what people decided: each verdict is counted once, and nothing is lost."""

from datetime import UTC, datetime

import pytest

from moderation import review
from moderation.actions import Action
from moderation.automation import Mode
from moderation.automation_admin import change_automation
from moderation.process.failpoints import FAILPOINTS
from moderation.review import DecisionRequest
from moderation.trials import counting
from tests.builders import ADA, RecordingDispatch, a_policy, an_automation
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

OF_AUTOMATION = [each for each in FAILPOINTS if each.startswith("automation.")]
TEXTS = (
    "The bread rose well, thank you.",
    "I shall try it with rye on Sunday.",
    "How long do you let it rest?",
    "My oven has no steam; a bowl of water helped.",
)


@pytest.mark.parametrize("failpoint", OF_AUTOMATION)
def test_kill_minus_nine_while_verdicts_are_counted_counts_each_once(stack: Stack, failpoint: str) -> None:
    _in_shadow_without_first_comments(stack)
    stack.start("valkey", "web", "scoring", "delivery")
    accepted = [str(stack.comment(text).json["id"]) for text in TEXTS]
    eventually(lambda: _trials(stack, accepted).keys() == set(accepted))
    _approve(stack, accepted)

    stack.start("sweep", failpoint=failpoint)
    eventually(lambda: stack.has_been_killed("sweep"))
    stack.kill("sweep")
    stack.start("sweep")

    eventually(lambda: all(each.counted == "approved" for each in _trials(stack, accepted).values()))
    with stack.store.read() as uow:
        ladders = uow.automations.get("demo").ladders
        assert uow.statistics.conservation().is_whole
    assert ladders == _counted_afresh(stack, accepted)


def _in_shadow_without_first_comments(stack: Stack) -> None:
    at = datetime.now(UTC)

    def change(uow) -> None:
        site = uow.sites.get("demo")
        uow.sites.change(type(site)(site.id, site.name, site.origins, a_policy(hold_first_comment=False)))
        change_automation(uow, "demo", mode=Mode.SHADOW, by_id=ADA.id, at=at)

    stack.store.write(change)


def _approve(stack: Stack, comment_ids: list[str]) -> None:
    with stack.store.read() as uow:
        comments = uow.comments.get_many(comment_ids)
    requests = [DecisionRequest(each.id, Action.APPROVE, each.revision) for each in comments]
    review.decide_many(stack.store, RecordingDispatch(), requests, ADA, sites=["demo"], at=datetime.now(UTC))


def _trials(stack: Stack, comment_ids: list[str]) -> dict:
    with stack.store.read() as uow:
        return uow.trials.get_many(comment_ids)


def _counted_afresh(stack: Stack, comment_ids: list[str]) -> dict:
    """What the trials say when they are all counted anew."""
    automation = an_automation(level=-1, ladders={})
    for trial in _trials(stack, comment_ids).values():
        automation = counting(automation, trial, trial.verdict)
    return dict(automation.ladders)
