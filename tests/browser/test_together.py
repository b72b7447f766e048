"""Two moderators at one queue, in two browsers."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from moderation.accounts import Role
from moderation.decision import Action
from service.auth.actors import SESSION_COOKIE
from tests.browser.conftest import _opened
from tests.builders import SECOND, a_score, a_submission, received, settled
from tests.waiting import eventually

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)


@pytest.fixture
def comments(service):
    texts = ("The first of two.", "The second of two.")
    made = [
        received(service.store, a_submission(text, name=text[4:10]), site=service.site, at=NOW + n * SECOND)
        for n, text in enumerate(texts)
    ]
    return [settled(service.store, each, at=each.received_at) for each in made]


@pytest.fixture
def other_page(browser):
    contexts = _opened(browser)
    yield next(contexts).new_page()
    next(contexts, None)


def open_queue(page, service, name):
    moderator = service.store.write(lambda uow: uow.accounts.add_moderator(name, Role.MODERATOR, ["demo"], at=NOW))
    cookie = service.store.write(
        lambda uow: uow.accounts.issue_sign_in(moderator, kind="session", lifetime=timedelta(days=1), at=NOW)
    )
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": service.url}])
    page.set_viewport_size({"width": 1280, "height": 800})
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.getElementById('list').dataset.every = 300)"
    )
    return lambda: page.goto(f"{service.url}/dashboard/")


def test_a_colleague_is_seen_reading_and_what_they_decide_fades_out(page, other_page, service, comments):
    first, second = comments
    open_mina, open_olga = open_queue(page, service, "Mina"), open_queue(other_page, service, "Olga")
    open_olga()
    open_mina()

    page.locator(f"#{second.id} [data-row]").click()
    expect(other_page.locator(f"#{second.id} .row .busy")).to_have_text("Mina is reading this")

    other_page.locator(f"#{first.id} [data-row]").click()
    service.decide(second, Action.APPROVE)
    expect(other_page.locator(f"#{second.id}")).to_have_count(0)


def test_inside_a_run_a_colleague_is_seen_reading_and_what_they_decide_is_left_out(page, other_page, service):
    spam = [
        settled(
            service.store,
            received(
                service.store, a_submission(f"Cheap pills {n}", email=f"{n}@shop.example"), site=service.site, at=NOW
            ),
            a_score(spam=0.93, evidence=()),
            at=NOW,
        )
        for n in range(4)
    ]
    open_mina, open_olga = open_queue(page, service, "Mina"), open_queue(other_page, service, "Olga")
    open_olga()
    open_mina()
    run = other_page.locator(".run")
    member = [run.locator(f"[data-member={each.id}]") for each in spam]

    page.locator(f"[data-member={spam[2].id}] input").focus()
    expect(member[2].locator(".busy")).to_have_text("Mina is reading this")
    expect(run.locator(".row .busy")).to_have_text("Mina is reading one of these")

    service.decide(spam[1], Action.APPROVE)
    expect(member[1].locator(".busy")).to_have_text("Approved by Ada")
    expect(member[1].locator("input")).not_to_be_checked()
    run.locator("[data-row]").click()
    other_page.keyboard.press("s")
    expect(run).to_have_count(0)
    eventually(lambda: [each.status for each in service.comments()].count("rejected") == 3)
    assert other_page.evaluate("window.reports") == []


def test_a_comment_in_hand_stays_with_what_was_typed_and_says_who_decided(page, other_page, service, comments):
    first, _ = comments
    open_queue(other_page, service, "Olga")
    open_queue(page, service, "Mina")()
    page.locator(f"#{first.id} [data-row]").click()
    page.keyboard.press("n")
    page.keyboard.type("Is it libel?")

    service.decide(first, Action.APPROVE)

    expect(page.locator(f"#{first.id} .facts .busy")).to_have_text("Approved by Ada")
    expect(page.locator(f"#{first.id} [data-note]")).to_have_value("Is it libel?")
    assert page.evaluate("window.reports") == []
