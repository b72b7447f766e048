from datetime import timedelta

import pytest

from moderation.outbox.delivery import Attempt, due_after, standing_after
from moderation.webhooks.events import DISABLE_AFTER
from tests.builders import DAY, NOON, SECOND

TAKEN = Attempt(NOON, 204, 12)
FAILED = Attempt(NOON, 500, 12, "The endpoint answered 500.")


@pytest.mark.parametrize(
    ("tries", "wait_s"), [(1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 36_000)]
)
def test_a_failed_attempt_is_repeated_after_its_time_and_at_most_a_tenth_later(tries, wait_s):
    waits = [due_after(delivery_id, tries, at=NOON) - NOON for delivery_id in range(100)]

    assert wait_s * SECOND <= min(waits)
    assert max(waits) <= wait_s * SECOND * 1.1
    assert len(set(waits)) > 90


def test_after_the_eighth_failure_nothing_follows():
    assert due_after(1, 8, at=NOON) is None


def test_the_first_failure_begins_the_bad_time_and_later_ones_keep_it():
    assert standing_after([FAILED], None).failing_since == NOON
    assert standing_after([FAILED], NOON - DAY).failing_since == NOON - DAY


def test_one_success_ends_the_bad_time():
    assert standing_after([TAKEN], NOON - DAY).failing_since is None
    assert standing_after([TAKEN, FAILED], NOON - DAY).failing_since == NOON


def test_gone_disables_at_once():
    gone = Attempt(NOON, 410, 12, "The endpoint answered 410.")

    assert "410" in standing_after([TAKEN, gone], None).disabled_reason


def test_five_days_of_nothing_but_failure_disable_and_a_moment_less_does_not():
    assert "5 days" in standing_after([FAILED], NOON - DISABLE_AFTER).disabled_reason
    assert not standing_after([FAILED], NOON - DISABLE_AFTER + timedelta(microseconds=1)).disabled_reason
    assert not standing_after([TAKEN], NOON - DISABLE_AFTER).disabled_reason
