"""*Learning* and *Automation* in a real browser: going back, forgetting, an alarm, and trying before saving."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from models.lesson_reader import LessonReader
from models.scorer import Scorer
from moderation import automation_admin
from moderation.accounts import Role
from moderation.actions import Action
from moderation.automation import Mode
from moderation.comment import Status
from moderation.proof import Alarm, Ladder
from moderation.reasons import Reason
from moderation.score import SHIPPED
from tests.browser.conftest import Service
from tests.browser.test_dashboard import signed_in
from tests.builders import NOON, SECOND, a_score, an_automation, automated, received, settled
from tests.moderation.test_learning import Desk, learned, serving

__all__ = ["signed_in"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader() -> LessonReader:
    return LessonReader(Scorer.load())


@pytest.fixture
def model(service: Service, reader: LessonReader):
    """What the site learned from thirty decisions."""
    Desk(service.store).decide_many()
    return learned(service.store, reader)


def at(page: Page, service: Service, path: str) -> Page:
    page.goto(f"{service.url}/dashboard/sites/demo/{path}")
    return page


def test_an_owner_goes_back_to_the_shipped_model_and_releases_it(page, service, signed_in, model, reader):
    at(signed_in(page, Role.OWNER), service, "learning")

    page.get_by_role("button", name="Go back to the shipped model").click()
    expect(page.get_by_role("status")).to_contain_text("It stays so until you release it.")
    expect(page.get_by_text("An owner went back to the shipped model.")).to_be_visible()
    back = serving(service.store, reader)
    page.get_by_role("button", name="Release: let the newest serve").click()
    expect(page.get_by_role("status")).to_contain_text("Released")

    assert back == ""
    assert serving(service.store, reader) == model.id


def test_a_moderator_forgets_a_word_and_learns_it_again(page, service, signed_in, model, reader):
    at(signed_in(page), service, "learning")

    page.get_by_role("button", name="Forget zlotko").first.click()
    expect(page.get_by_role("status")).to_contain_text("The word is forgotten")
    expect(page.get_by_role("button", name="Learn zlotko again")).to_be_visible()
    without = learned(service.store, reader, at=NOON + SECOND)
    page.reload()
    expect(page.get_by_role("button", name="Forget zlotko")).to_have_count(0)
    page.get_by_role("button", name="Learn zlotko again").click()
    expect(page.get_by_role("status")).to_contain_text("The word is learned again")

    words = [word["word"] for word in without.summary["heads"]["spam"]["strongest"]]
    assert "zlotko" not in words


def test_an_alarm_gives_everything_back_and_the_owner_sees_why_and_switches_it_on_again(page, service, signed_in):
    nearly = an_automation(alarms={Action.APPROVE: Alarm((4.5, 4.5))})
    automated(service.store, replace(nearly, watched=1_000))
    checked = _spot_check(service)
    service.decide(checked, Action.REJECT, Reason.SPAM)
    later = NOON + 10**5 * SECOND
    for moment in (NOON + 10 * SECOND, later):  # the alarm waits a day for a second look
        _count(service, moment)
    signed_in(page, Role.OWNER)

    expect(page.get_by_text("Automation of demo is paused")).to_be_visible()
    page.get_by_role("link", name="See why").click()
    expect(page.get_by_role("status")).to_contain_text("far more often than the budget allows")
    page.get_by_role("combobox", name="Mode").select_option("on")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("far more often than the budget allows")).to_have_count(0)

    with service.store.read() as uow:
        automation = uow.automations.get("demo")
    assert (automation.mode, automation.paused) == (Mode.ON, None)
    assert not automation.is_on(Action.APPROVE)


def _spot_check(service: Service):
    """A comment that the machine would have published and that the coin left to people."""
    return next(comment for comment in iter(lambda: _published(service), None) if comment.status is Status.PENDING)


def _published(service: Service):
    return settled(service.store, received(service.store), a_score(0.001, 0.001))


def _count(service: Service, moment) -> None:
    service.store.write(lambda uow: automation_admin.count_verdicts(uow, "demo", limit=99, has_mail=False, at=moment))


def test_an_owner_tries_budgets_before_saving_them(page, service, signed_in):
    ladders = {(SHIPPED, Action.APPROVE): Ladder(seen=(1_000,) * 6)}
    automated(service.store, an_automation(ladders=ladders, mode=Mode.SHADOW))
    service.decide(_published(service), Action.REJECT, Reason.SPAM)
    _count(service, NOON + 10 * SECOND)
    at(signed_in(page, Role.OWNER), service, "automation")

    page.get_by_label("Publish by itself").fill("50")
    page.get_by_role("button", name="Try it first").click()
    tried = page.get_by_role("status")
    expect(tried).to_contain_text("Of 1 that people decided, they rejected 1.")
    with service.store.read() as uow:
        before = uow.automations.get("demo").one_in[Action.APPROVE]
    expect(page.get_by_label("Publish by itself")).to_have_value("50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).not_to_contain_text("Tried")

    with service.store.read() as uow:
        after = uow.automations.get("demo").one_in[Action.APPROVE]
    assert (before, after) == (200, 50)
