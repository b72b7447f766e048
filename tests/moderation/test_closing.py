"""Pages that are too old for comments: from when on, what opens them again, and who may write there still."""

from datetime import timedelta

import pytest

from moderation import answers, site_admin
from moderation.actions import Action
from moderation.closing import closes_at, is_closed
from moderation.comment import Status
from moderation.decision import Reason
from moderation.errors import Invalid
from tests.builders import (
    ADA,
    NOON,
    SECOND,
    RecordingDispatch,
    a_policy,
    a_site,
    a_submission,
    a_thread,
    an_open_policy,
    received,
    settled,
)

DAY = timedelta(days=1)
THIRTY = a_policy(close_days=30)


@pytest.fixture
def open_site(store):
    """A store whose site publishes what is clean, on pages that close after thirty days."""
    store.write(lambda uow: uow.sites.change(a_site(policy=an_open_policy(close_days=30))))
    return store


def thread_of(store, key="a-page"):
    with store.read() as uow:
        return uow.threads.get("demo", key)


def close_page(store, *, is_closed=True, at=NOON):
    store.write(lambda uow: site_admin.close_thread(uow, "demo", "a-page", is_closed=is_closed, by_id="mod_1", at=at))


def keep_open(store, *, is_kept=True, at=NOON):
    store.write(lambda uow: site_admin.keep_open(uow, "demo", "a-page", is_kept=is_kept, by_id="mod_1", at=at))


@pytest.mark.parametrize(
    ("thread", "policy", "at"),
    [
        (a_thread(created_at=NOON), THIRTY, NOON + 30 * DAY),
        (a_thread(created_at=NOON), a_policy(), None),
        (a_thread(created_at=NOON, kept_open=True), THIRTY, None),
        (a_thread(created_at=NOON, closed_at=NOON + DAY), THIRTY, NOON + DAY),
        (a_thread(created_at=NOON, closed_at=NOON + DAY), a_policy(), NOON + DAY),
        (a_thread(created_at=NOON, closed_at=NOON + 40 * DAY), THIRTY, NOON + 30 * DAY),
        (a_thread(), THIRTY, None),
    ],
    ids=["by age", "no limit", "kept open", "by hand first", "by hand", "by hand later", "no page yet"],
)
def test_a_page_closes_by_hand_or_by_its_age(thread, policy, at):
    assert closes_at(thread, policy) == at
    assert is_closed(thread, policy, at=NOON + 30 * DAY) is (at is not None)
    assert not is_closed(thread, policy, at=NOON + DAY - SECOND)


def test_a_comment_that_comes_on_the_day_meets_a_closed_page_and_one_before_does_not(open_site):
    first = settled(open_site, received(open_site))
    last = settled(open_site, received(open_site, at=NOON + 30 * DAY - SECOND))
    late = settled(open_site, received(open_site, at=NOON + 30 * DAY))

    assert (first.status, last.status) == (Status.APPROVED, Status.APPROVED)
    assert (late.status, late.reason) == (Status.PENDING, Reason.CLOSED_THREAD)
    with open_site.read() as uow:
        assert str(uow.decisions.last(late.id).detail) == "this page took comments for 30 days"


def test_what_a_closed_page_does_with_comments_is_one_choice_however_it_was_closed(open_site):
    policy = an_open_policy(close_days=30, closed_threads=Action.REJECT)
    open_site.write(lambda uow: uow.sites.change(a_site(policy=policy)))
    received(open_site)

    late = settled(open_site, received(open_site, at=NOON + 31 * DAY))

    assert (late.status, late.reason) == (Status.REJECTED, Reason.CLOSED_THREAD)


def test_a_page_that_was_opened_by_hand_stays_open_until_it_is_closed_by_hand(open_site):
    received(open_site)
    keep_open(open_site, at=NOON + 40 * DAY)

    late = settled(open_site, received(open_site, at=NOON + 400 * DAY))
    close_page(open_site, at=NOON + 401 * DAY)

    assert late.status is Status.APPROVED
    assert thread_of(open_site).closed_at == NOON + 401 * DAY
    assert not thread_of(open_site).kept_open


def test_a_system_that_says_again_and_again_that_a_page_is_not_closed_leaves_it_to_its_age(open_site):
    received(open_site)
    for day in (1, 29, 31):
        close_page(open_site, is_closed=False, at=NOON + day * DAY)

    assert closes_at(thread_of(open_site), THIRTY) == NOON + 30 * DAY
    with open_site.read() as uow:
        assert not [each for each in uow.audit.entries("demo") if each.fact.action.startswith("thread.")]


def test_what_is_said_again_changes_neither_a_page_kept_open_nor_the_day_on_which_one_was_closed(open_site):
    received(open_site)
    keep_open(open_site)
    close_page(open_site, is_closed=False, at=NOON + DAY)
    assert thread_of(open_site).kept_open

    close_page(open_site, at=NOON + 2 * DAY)
    close_page(open_site, at=NOON + 3 * DAY)

    assert thread_of(open_site).closed_at == NOON + 2 * DAY


def test_a_page_that_is_closed_no_longer_or_kept_open_no_longer_is_closed_by_its_age(open_site):
    received(open_site)
    close_page(open_site, at=NOON + DAY)
    close_page(open_site, is_closed=False, at=NOON + 2 * DAY)
    assert closes_at(thread_of(open_site), THIRTY) == NOON + 30 * DAY

    keep_open(open_site, at=NOON + 3 * DAY)
    keep_open(open_site, is_kept=False, at=NOON + 4 * DAY)

    assert closes_at(thread_of(open_site), THIRTY) == NOON + 30 * DAY


def test_the_site_answers_on_a_closed_page(open_site):
    question = settled(open_site, received(open_site))

    own = answers.answer(open_site, RecordingDispatch(), question.id, "Rye.", ADA, at=NOON + 90 * DAY)

    with open_site.read() as uow:
        assert uow.comments.get(own.id).status is Status.APPROVED


def test_two_pages_in_one_are_as_old_as_the_older_one(store):
    received(store, a_submission(thread="old"), at=NOON)
    received(store, a_submission(thread="new"), at=NOON + DAY)

    merged = store.write(
        lambda uow: site_admin.merge_threads(uow, "demo", "old", "new", by_id="mod_1", at=NOON + DAY)
    )

    assert merged.created_at == NOON


def test_a_page_that_moderators_keep_open_stays_open_in_another(open_site):
    received(open_site)
    received(open_site, a_submission(thread="new"), at=NOON + 40 * DAY)
    keep_open(open_site, at=NOON + 40 * DAY)

    merged = open_site.write(
        lambda uow: site_admin.merge_threads(uow, "demo", "a-page", "new", by_id="mod_1", at=NOON + 41 * DAY)
    )

    assert not is_closed(merged, THIRTY, at=NOON + 400 * DAY)


@pytest.mark.parametrize("days", [0, -1, 3_651])
def test_an_impossible_age_is_refused(store, days):
    with pytest.raises(Invalid, match="1 to 3650"):
        store.write(lambda uow: site_admin.close_by_age(uow, "demo", days, by_id="mod_1", at=NOON))
