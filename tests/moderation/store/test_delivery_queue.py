from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from moderation.messages import NOTHING, Message
from moderation.outbox.channels import RETRY_AFTER, WEBHOOK
from moderation.outbox.delivery import Attempt, DeliveryStatus
from tests.builders import LEASE, NOON, SECOND
from tests.explaining import explaining
from tests.moderation.store.announcing import (
    an_endpoint,
    announced,
    claim,
    deliveries,
    endpoint_now,
    fail_until_given_up,
    record,
)

HOUR = timedelta(hours=1)
INITIAL, MAX = WEBHOOK.initial_in_flight, WEBHOOK.max_in_flight


def test_a_delivery_that_one_worker_holds_is_not_claimed_again_until_its_lease_ends(store):
    an_endpoint(store)
    announced(store, 3)

    held = claim(store)

    assert len(held) == 3
    assert claim(store, at=NOON + LEASE - SECOND) == []
    assert [each.id for each in claim(store, at=NOON + LEASE)] == [each.id for each in held]


def test_concurrent_claims_never_get_the_same_delivery(store):
    for _ in range(12):
        an_endpoint(store)
    announced(store, INITIAL)

    with ThreadPoolExecutor(6) as workers:
        claims = [workers.submit(claim, store, limit=5) for _ in range(24)]
    held = [each.id for done in claims for each in done.result()]

    assert len(held) == len(set(held))
    assert len(held) + len(claim(store)) == 12 * INITIAL


def test_a_claimed_delivery_names_its_channel_its_destination_and_its_event(store):
    endpoint = an_endpoint(store)
    [event] = announced(store)

    [claimed] = claim(store)

    assert (claimed.channel, claimed.destination_id) == ("webhook", endpoint.id)
    assert (claimed.event_id, claimed.payload) == (event.id, event.payload)
    assert event.payload not in repr(claimed)


def test_one_destination_never_has_more_under_way_than_its_limit(store):
    an_endpoint(store)
    announced(store, INITIAL + 5)

    first = claim(store)
    second = claim(store)
    record(store, first[:3])
    third = claim(store)

    assert [len(first), len(second), len(third)] == [INITIAL, 0, 3]


def test_the_limit_of_a_destination_can_be_given_but_never_beyond_the_maximum(store):
    limited, other = an_endpoint(store), an_endpoint(store)
    announced(store, MAX + 5)

    claimed = claim(store, limits={limited.id: MAX + 5})

    assert Counter(each.destination_id for each in claimed) == {limited.id: MAX, other.id: INITIAL}


def test_the_backlog_of_one_endpoint_does_not_come_before_the_first_delivery_of_another(store):
    busy = an_endpoint(store)
    announced(store, 50)
    quiet = an_endpoint(store)
    announced(store, 1, at=NOON + HOUR)

    claimed = claim(store, limit=4, at=NOON + HOUR)

    assert Counter(each.destination_id for each in claimed) == {busy.id: 3, quiet.id: 1}


def test_an_excluded_destination_gets_nothing_and_its_deliveries_wait(store):
    excluded, other = an_endpoint(store), an_endpoint(store)
    announced(store)

    claimed = claim(store, limit=9, excluded={excluded.id, "end_nobody"})

    assert [each.destination_id for each in claimed] == [other.id]
    assert [each.destination_id for each in claim(store)] == [excluded.id]


def test_a_claim_reads_only_deliveries_that_wait(sqlite_store):
    with explaining(sqlite_store.engine) as steps:
        claim(sqlite_store)

    assert any("ix_deliveries_due" in each for each in steps)
    assert [each for each in steps if "ix_deliveries_destination" in each] == []


def test_a_failing_endpoint_gets_one_delivery_at_a_time_until_it_answers(store):
    an_endpoint(store)
    announced(store, 4)
    record(store, claim(store, limit=1), 500)

    probe = claim(store)
    while_it_runs = claim(store)
    record(store, probe)
    after_it = claim(store)

    assert [len(probe), len(while_it_runs), len(after_it)] == [1, 0, 2]


def test_a_destination_that_asked_for_a_pause_gets_nothing_until_it_is_over(store):
    paused, other = an_endpoint(store), an_endpoint(store)
    announced(store, 2)
    record(store, [each for each in claim(store, limit=2) if each.destination_id == paused.id], 429, retry_after_s=60)
    end = NOON + 60 * SECOND

    during = [each.destination_id for each in claim(store, at=end - SECOND)]
    with store.read() as uow:
        is_due = uow.delivery_queue.any_due(at=end - SECOND), uow.delivery_queue.any_due(at=end)
    after = [each.destination_id for each in claim(store, at=end)]

    assert endpoint_now(store, paused).paused_until == end
    assert set(during) == {other.id}
    assert is_due == (False, True)
    assert paused.id in after


def test_the_log_of_attempts_shows_how_long_the_receiver_asked_to_wait(store):
    an_endpoint(store)
    announced(store)

    record(store, claim(store), 503, retry_after_s=600)

    [delivery] = deliveries(store)
    assert delivery.attempts[0].retry_after_s == 600
    assert delivery.due_at >= NOON + 600 * SECOND


def test_a_new_url_ends_the_pause(store):
    endpoint = an_endpoint(store)
    announced(store)
    record(store, claim(store), 503, retry_after_s=600)

    store.write(
        lambda uow: uow.endpoints.change("demo", endpoint.id, url="https://new.example/", events=endpoint.events)
    )

    assert endpoint_now(store, endpoint).paused_until is None


def test_deliveries_are_counted_by_their_status(store):
    an_endpoint(store)
    announced(store, 3)
    record(store, claim(store, limit=2))
    an_endpoint(store)
    announced(store, 4)
    record(store, claim(store, limit=1), 500)
    record(store, claim(store, limit=1), 410)

    with store.read() as uow:
        counted = uow.statistics.deliveries()

    by_status = Counter(each.status.value for each in deliveries(store))
    assert counted == by_status
    assert by_status.keys() == {"waiting", "delivered", "given_up"}


def test_a_delivered_event_is_on_record_with_its_attempt(store):
    an_endpoint(store)
    announced(store)

    record(store, claim(store), at=NOON + SECOND)

    [delivery] = deliveries(store)
    assert (delivery.status, delivery.tries, delivery.due_at) == (DeliveryStatus.DELIVERED, 1, None)
    assert delivery.attempts == (Attempt(NOON + SECOND, 204, 12, NOTHING, "An answer."),)
    assert delivery.ended_at == NOON + SECOND


def test_a_failed_delivery_waits_for_its_next_attempt(store):
    an_endpoint(store)
    announced(store)

    record(store, claim(store), 500)

    [delivery] = deliveries(store)
    assert delivery.status is DeliveryStatus.WAITING
    assert NOON + RETRY_AFTER[0] <= delivery.due_at <= NOON + RETRY_AFTER[0] * 1.1
    assert claim(store, at=delivery.due_at - SECOND) == []
    assert len(claim(store, at=delivery.due_at)) == 1


def test_after_eight_failures_over_a_day_the_delivery_is_given_up(store):
    an_endpoint(store)
    announced(store)

    ended_at = fail_until_given_up(store)

    [delivery] = deliveries(store)
    assert (delivery.status, delivery.tries) == (DeliveryStatus.GIVEN_UP, len(RETRY_AFTER) + 1)
    assert len(delivery.attempts) == 8
    assert sum(RETRY_AFTER, timedelta()) <= ended_at - NOON


def test_an_endpoint_that_is_gone_is_disabled_at_once_and_its_deliveries_are_given_up(store):
    endpoint = an_endpoint(store)
    announced(store, 3)

    record(store, claim(store, limit=1), 410)

    assert endpoint_now(store, endpoint).disabled_reason == Message("http.gone")
    assert endpoint_now(store, endpoint).disabled_at == NOON
    assert {each.status for each in deliveries(store)} == {DeliveryStatus.GIVEN_UP}


def test_five_days_without_a_success_disable_the_endpoint(store):
    endpoint = an_endpoint(store)
    announced(store, 2)
    record(store, claim(store, limit=1), 500)
    before, after = NOON + WEBHOOK.disable_after - HOUR, NOON + WEBHOOK.disable_after

    record(store, claim(store, at=before), 500, at=before)
    is_enabled_before = endpoint_now(store, endpoint).disabled_at is None
    record(store, claim(store, at=after), 500, at=after)

    assert is_enabled_before
    assert endpoint_now(store, endpoint).disabled_reason == Message("destination.failing", {"days": 5})
    assert {each.status for each in deliveries(store)} == {DeliveryStatus.GIVEN_UP}


def test_one_success_in_the_five_days_keeps_the_endpoint(store):
    endpoint = an_endpoint(store)
    announced(store, 3)
    [first, second, third] = claim(store)
    record(store, [first], 500)
    record(store, [second], 204, at=NOON + HOUR)

    record(store, [third], 500, at=NOON + WEBHOOK.disable_after)

    assert endpoint_now(store, endpoint).disabled_at is None
    assert endpoint_now(store, endpoint).failing_since == NOON + WEBHOOK.disable_after


def test_a_success_counts_even_if_the_delivery_was_given_up_meanwhile(store):
    endpoint = an_endpoint(store)
    announced(store)
    claimed = claim(store)
    store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason=Message("http.gone"), at=NOON))

    record(store, claimed)

    assert [each.status for each in deliveries(store)] == [DeliveryStatus.DELIVERED]


def test_a_late_failure_does_not_undo_the_success_of_another_worker(store):
    an_endpoint(store)
    announced(store)
    slow = claim(store)
    record(store, claim(store, at=NOON + LEASE), at=NOON + LEASE)

    record(store, slow, 500, at=NOON + LEASE + SECOND)

    [delivery] = deliveries(store)
    assert delivery.status is DeliveryStatus.DELIVERED
    assert delivery.ended_at == NOON + LEASE
    assert len(delivery.attempts) == 2


def test_due_deliveries_are_counted_for_the_sweeper(store):
    an_endpoint(store)
    announced(store, 3)

    def due(at):
        with store.read() as uow:
            assert uow.delivery_queue.any_due(at=at) is (uow.delivery_queue.count_due(at=at) > 0)
            return uow.delivery_queue.count_due(at=at)

    before, at_noon = due(NOON - SECOND), due(NOON)
    claim(store, limit=1)
    while_one_is_held = due(NOON)
    claim(store)
    while_all_are_held = due(NOON)

    assert [before, at_noon, while_one_is_held, while_all_are_held, due(NOON + LEASE)] == [0, 3, 2, 0, 3]
