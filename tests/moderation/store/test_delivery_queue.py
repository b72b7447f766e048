from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import update

from moderation.outbox.delivery import Attempt, DeliveryStatus
from moderation.store.delivery_queue import INITIAL_IN_FLIGHT, MAX_IN_FLIGHT
from moderation.store.tables import endpoints
from moderation.webhooks.events import DISABLE_AFTER, RETRY_AFTER
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


def test_what_one_worker_holds_no_other_gets_until_its_lease_ends(store):
    an_endpoint(store)
    announced(store, 3)

    held = claim(store)

    assert len(held) == 3
    assert claim(store, at=NOON + LEASE - SECOND) == []
    assert [each.id for each in claim(store, at=NOON + LEASE)] == [each.id for each in held]


def test_workers_that_claim_at_the_same_time_never_get_the_same(store):
    for _ in range(12):
        an_endpoint(store)
    announced(store, INITIAL_IN_FLIGHT)

    with ThreadPoolExecutor(6) as workers:
        claims = [workers.submit(claim, store, limit=5) for _ in range(24)]
    held = [each.id for done in claims for each in done.result()]

    assert len(held) == len(set(held))
    assert len(held) + len(claim(store)) == 12 * INITIAL_IN_FLIGHT


def test_a_claimed_delivery_has_all_that_it_takes_to_send_it(store):
    endpoint = an_endpoint(store)
    [event] = announced(store)

    [claimed] = claim(store)

    assert (claimed.url, claimed.payload, claimed.event_id) == (endpoint.url, event.payload, event.id)
    assert event.payload not in repr(claimed) and claimed.secrets[0] not in repr(claimed)


def test_a_secret_that_cannot_be_opened_holds_up_nobody_else(store):
    closed, other = an_endpoint(store), an_endpoint(store)
    store.write(lambda uow: uow.connection.execute(_spoil(closed.id)))
    announced(store)

    claimed = {each.endpoint_id: len(each.secrets) for each in claim(store)}

    assert claimed == {closed.id: 0, other.id: 1}


def test_an_endpoint_whose_secret_cannot_be_opened_is_mended_by_a_rotation(store):
    closed = an_endpoint(store)
    store.write(lambda uow: uow.connection.execute(_spoil(closed.id)))
    announced(store)

    secret = store.write(lambda uow: uow.endpoints.rotate("demo", closed.id, at=NOON))

    [claimed] = claim(store)
    assert claimed.secrets == (secret,)


def _spoil(endpoint_id):
    return update(endpoints).where(endpoints.c.id == endpoint_id).values(secret_sealed=b"sealed with another secret")


def test_one_endpoint_never_has_more_than_its_share_under_way(store):
    an_endpoint(store)
    announced(store, INITIAL_IN_FLIGHT + 5)

    first = claim(store)
    second = claim(store)
    record(store, first[:3])
    third = claim(store)

    assert [len(first), len(second), len(third)] == [INITIAL_IN_FLIGHT, 0, 3]


def test_the_share_of_an_endpoint_can_be_said_but_never_beyond_the_most(store):
    told, other = an_endpoint(store), an_endpoint(store)
    announced(store, MAX_IN_FLIGHT + 5)

    claimed = claim(store, at_once={told.id: MAX_IN_FLIGHT + 5})

    assert Counter(each.endpoint_id for each in claimed) == {told.id: MAX_IN_FLIGHT, other.id: INITIAL_IN_FLIGHT}


def test_a_backlog_of_one_endpoint_does_not_come_before_the_first_of_another(store):
    busy = an_endpoint(store)
    announced(store, 50)
    quiet = an_endpoint(store)
    announced(store, 1, at=NOON + HOUR)

    claimed = claim(store, limit=4, at=NOON + HOUR)

    assert Counter(each.endpoint_id for each in claimed) == {busy.id: 3, quiet.id: 1}


def test_an_endpoint_that_is_shunned_gets_nothing_and_its_deliveries_wait(store):
    shunned, other = an_endpoint(store), an_endpoint(store)
    announced(store)

    claimed = store.write(
        lambda uow: uow.delivery_queue.claim(limit=9, at=NOON, lease=LEASE, shunned={shunned.id, "end_nobody"})
    )

    assert [each.endpoint_id for each in claimed] == [other.id]
    assert [each.endpoint_id for each in claim(store)] == [shunned.id]


def test_a_claim_reads_what_waits_and_not_what_an_endpoint_ever_got(sqlite_store):
    with explaining(sqlite_store.engine) as steps:
        claim(sqlite_store)

    assert any("ix_deliveries_due" in each for each in steps)
    assert [each for each in steps if "ix_deliveries_endpoint" in each] == []


def test_a_failing_endpoint_gets_one_delivery_at_a_time_until_it_answers(store):
    an_endpoint(store)
    announced(store, 4)
    record(store, claim(store, limit=1), 500)

    probe = claim(store)
    while_it_runs = claim(store)
    record(store, probe)
    after_it = claim(store)

    assert [len(probe), len(while_it_runs), len(after_it)] == [1, 0, 2]


def test_deliveries_are_counted_by_their_status(store):
    an_endpoint(store)
    announced(store, 3)
    record(store, claim(store, limit=2))
    an_endpoint(store)
    announced(store, 4)
    record(store, claim(store, limit=1), 500)
    record(store, claim(store, limit=1), 410)

    with store.read() as uow:
        told = uow.statistics.deliveries()

    by_status = Counter(each.status.value for each in deliveries(store))
    assert told == by_status
    assert by_status.keys() == {"waiting", "delivered", "given_up"}


def test_a_delivered_event_is_on_record_with_its_attempt(store):
    an_endpoint(store)
    announced(store)

    record(store, claim(store), at=NOON + SECOND)

    [delivery] = deliveries(store)
    assert (delivery.status, delivery.tries, delivery.due_at) == (DeliveryStatus.DELIVERED, 1, None)
    assert delivery.attempts == (Attempt(NOON + SECOND, 204, 12, "", "What it said."),)
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


def test_an_endpoint_that_is_gone_is_disabled_at_once_and_what_waits_for_it_is_given_up(store):
    endpoint = an_endpoint(store)
    announced(store, 3)

    record(store, claim(store, limit=1), 410)

    assert "410" in endpoint_now(store, endpoint).disabled_reason
    assert endpoint_now(store, endpoint).disabled_at == NOON
    assert {each.status for each in deliveries(store)} == {DeliveryStatus.GIVEN_UP}


def test_five_days_without_a_success_disable_the_endpoint(store):
    endpoint = an_endpoint(store)
    announced(store, 2)
    record(store, claim(store, limit=1), 500)
    before, after = NOON + DISABLE_AFTER - HOUR, NOON + DISABLE_AFTER

    record(store, claim(store, at=before), 500, at=before)
    is_enabled_before = endpoint_now(store, endpoint).disabled_at is None
    record(store, claim(store, at=after), 500, at=after)

    assert is_enabled_before
    assert "5 days" in endpoint_now(store, endpoint).disabled_reason
    assert {each.status for each in deliveries(store)} == {DeliveryStatus.GIVEN_UP}


def test_one_success_in_the_five_days_keeps_the_endpoint(store):
    endpoint = an_endpoint(store)
    announced(store, 3)
    [first, second, third] = claim(store)
    record(store, [first], 500)
    record(store, [second], 204, at=NOON + HOUR)

    record(store, [third], 500, at=NOON + DISABLE_AFTER)

    assert endpoint_now(store, endpoint).disabled_at is None
    assert endpoint_now(store, endpoint).failing_since == NOON + DISABLE_AFTER


def test_a_success_counts_even_if_the_delivery_was_given_up_meanwhile(store):
    endpoint = an_endpoint(store)
    announced(store)
    claimed = claim(store)
    store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason="By hand.", at=NOON))

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


def test_what_is_due_is_counted_for_the_sweeper(store):
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
