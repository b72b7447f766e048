from datetime import timedelta

import pytest

from moderation.messages import Message
from moderation.outbox.channels import WEBHOOK
from moderation.outbox.delivery import Attempt, DestinationHealth, due_after, health_after, retry_after_s
from tests.builders import DAY, NOON, SECOND

ACCEPTED = Attempt(NOON, 204, 12)
FAILED = Attempt(NOON, 500, 12, Message("http.status", {"status": 500}))
GONE = Attempt(NOON, 410, 12, Message("http.gone"))


def asked_to_wait(seconds, *, at=NOON):
    return Attempt(at, 503, 12, Message("http.status", {"status": 503}), retry_after_s=seconds)


def after(*attempts, failing_since=None, paused_until=None):
    return health_after(WEBHOOK, attempts, DestinationHealth(failing_since, paused_until))


@pytest.mark.parametrize(
    ("tries", "wait_s"), [(1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 36_000)]
)
def test_a_failed_attempt_is_repeated_after_its_time_and_at_most_a_tenth_later(tries, wait_s):
    waits = [due_after(WEBHOOK, delivery_id, tries, at=NOON) - NOON for delivery_id in range(100)]

    assert wait_s * SECOND <= min(waits)
    assert max(waits) <= wait_s * SECOND * 1.1
    assert len(set(waits)) > 90


def test_nothing_follows_the_eighth_failure():
    assert due_after(WEBHOOK, 1, 8, at=NOON, retry_after_s=60) is None


@pytest.mark.parametrize(
    ("asked_s", "wait_s"),
    [(60, 60), (1, 5), (0, 5), (10**9, 86_400)],
    ids=["longer than the schedule", "shorter", "at once", "longer than a day"],
)
def test_a_receiver_can_delay_the_next_attempt_by_a_day_but_not_hasten_it(asked_s, wait_s):
    wait = due_after(WEBHOOK, 1, 1, at=NOON, retry_after_s=asked_s) - NOON

    assert wait_s * SECOND <= wait <= wait_s * SECOND * 1.1


def test_failing_begins_with_the_first_failure():
    assert after(FAILED).failing_since == NOON
    assert after(FAILED, failing_since=NOON - DAY).failing_since == NOON - DAY


def test_failing_ends_with_one_success():
    assert after(ACCEPTED, failing_since=NOON - DAY).failing_since is None
    assert after(ACCEPTED, FAILED, failing_since=NOON - DAY).failing_since == NOON


def test_gone_disables_at_once():
    assert after(ACCEPTED, GONE).disabled_reason == Message("http.gone")


def test_five_days_of_nothing_but_failure_disable_and_a_moment_less_does_not():
    start = NOON - WEBHOOK.disable_after

    assert after(FAILED, failing_since=start).disabled_reason == Message("destination.failing", {"days": 5})
    assert not after(FAILED, failing_since=start + timedelta(microseconds=1)).disabled_reason
    assert not after(ACCEPTED, failing_since=start).disabled_reason


def test_a_receiver_that_asks_for_it_pauses_its_destination():
    assert after(asked_to_wait(60)).paused_until == NOON + 60 * SECOND
    assert after(asked_to_wait(60), asked_to_wait(30)).paused_until == NOON + 60 * SECOND
    assert after(asked_to_wait(10**9)).paused_until == NOON + DAY
    assert after(FAILED).paused_until is None


def test_a_later_attempt_does_not_shorten_a_pause():
    assert after(ACCEPTED, FAILED, paused_until=NOON + DAY).paused_until == NOON + DAY


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 40, 999_999_999),
        ("Mon, 05 Jan 2026 12:01:00 GMT", 60),
        ("Mon, 05 Jan 2026 11:00:00 GMT", 0),
        ("Monday, 05-Jan-26 12:01:00 GMT", 60),
        ("Mon, 05 Jan 2026 12:01:00", None),
        ("Mon, 05 Jan 99999 12:01:00 GMT", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_an_http_date(header, seconds):
    assert retry_after_s(header, at=NOON) == seconds
