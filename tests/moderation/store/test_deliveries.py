from base64 import urlsafe_b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from moderation.delivery import Attempt, DeliverySearch, DeliveryStatus
from moderation.endpoint import COMMENT_EVENTS
from moderation.errors import Invalid, NotFound
from moderation.ids import new_id
from moderation.store.sending import FIRST, MOST
from moderation.webhooks import DISABLE_AFTER, RETRY_AFTER, Event, EventType
from tests.builders import LEASE, NOON, SECOND, a_site

HOUR = timedelta(hours=1)


def an_endpoint(store, site_id="demo", *, events=COMMENT_EVENTS, url="https://blog.example/hooks"):
    endpoint, _ = store.write(lambda rows: rows.endpoints.add(site_id, url=url, events=events, at=NOON))
    return endpoint


def announced(store, count=1, *, type=EventType.APPROVED, site_id="demo", at=NOON):
    events = [Event(new_id("evt", at=at), site_id, type, f"cmt_{n}", at, f'{{"n":{n}}}') for n in range(count)]
    store.write(lambda rows: rows.deliveries.announce(events))
    return events


def claim(store, *, limit=100, at=NOON, at_once=None):
    return store.write(lambda rows: rows.sending.claim(limit=limit, at=at, lease=LEASE, at_once=at_once))


def record(store, claimed, http_status=204, *, at=NOON):
    problem = "" if http_status == 204 else f"The endpoint answered {http_status}."
    results = [(each, Attempt(at, http_status, 12, problem, "What it said.")) for each in claimed]
    store.write(lambda rows: rows.sending.record(results, at=at))


def deliveries(store, **search):
    with store.read() as rows:
        return rows.deliveries.page(DeliverySearch("demo", **search)).deliveries


def endpoint_now(store, endpoint):
    with store.read() as rows:
        return rows.endpoints.get(endpoint.site_id, endpoint.id)


def fail_until_given_up(store):
    at = NOON
    while claimed := claim(store, at=at):
        record(store, claimed, 500, at=at)
        at = deliveries(store)[-1].due_at or at
    return at


def test_an_event_goes_to_every_endpoint_of_its_site_that_wants_its_type(store):
    store.write(lambda rows: rows.sites.add(a_site("other"), at=NOON))
    wanting = [an_endpoint(store), an_endpoint(store, events=(EventType.APPROVED,))]
    an_endpoint(store, events=(EventType.RECEIVED, EventType.REJECTED))
    an_endpoint(store, "other")

    [event] = announced(store)

    assert sorted(each.endpoint_id for each in claim(store)) == sorted(each.id for each in wanting)
    assert {each.event_id for each in deliveries(store)} == {event.id}


def test_announcing_costs_one_statement_however_many_events_and_endpoints(store, counts):
    for _ in range(3):
        an_endpoint(store)
    counts.forget()

    announced(store, 5)

    assert len(counts.statements) == 1
    assert len(deliveries(store)) == 15


def test_a_site_without_endpoints_has_no_deliveries(store):
    announced(store)

    assert deliveries(store) == ()


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
    announced(store, FIRST)

    with ThreadPoolExecutor(6) as workers:
        claims = [workers.submit(claim, store, limit=5) for _ in range(24)]
    held = [each.id for done in claims for each in done.result()]

    assert len(held) == len(set(held))
    assert len(held) + len(claim(store)) == 12 * FIRST


def test_a_claimed_delivery_has_all_that_it_takes_to_send_it(store):
    endpoint = an_endpoint(store)
    [event] = announced(store)

    [claimed] = claim(store)

    assert (claimed.url, claimed.payload, claimed.event_id) == (endpoint.url, event.payload, event.id)
    assert event.payload not in repr(claimed) and claimed.secrets[0] not in repr(claimed)


def test_one_endpoint_never_has_more_than_its_share_under_way(store):
    an_endpoint(store)
    announced(store, FIRST + 5)

    first = claim(store)
    second = claim(store)
    record(store, first[:3])
    third = claim(store)

    assert [len(first), len(second), len(third)] == [FIRST, 0, 3]


def test_the_share_of_an_endpoint_can_be_said_but_never_beyond_the_most(store):
    told, other = an_endpoint(store), an_endpoint(store)
    announced(store, MOST + 5)

    claimed = claim(store, at_once={told.id: MOST + 5})

    assert Counter(each.endpoint_id for each in claimed) == {told.id: MOST, other.id: FIRST}


def test_a_backlog_of_one_endpoint_does_not_come_before_the_first_of_another(store):
    busy = an_endpoint(store)
    announced(store, 50)
    quiet = an_endpoint(store)
    announced(store, 1, at=NOON + HOUR)

    claimed = claim(store, limit=4, at=NOON + HOUR)

    assert Counter(each.endpoint_id for each in claimed) == {busy.id: 3, quiet.id: 1}


def test_a_failing_endpoint_gets_one_delivery_at_a_time_until_it_answers(store):
    an_endpoint(store)
    announced(store, 4)
    record(store, claim(store, limit=1), 500)

    probe = claim(store)
    while_it_runs = claim(store)
    record(store, probe)
    after_it = claim(store)

    assert [len(probe), len(while_it_runs), len(after_it)] == [1, 0, 2]


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
    store.write(lambda rows: rows.endpoints.disable("demo", endpoint.id, reason="By hand.", at=NOON))

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


def test_a_replay_sends_the_same_event_again_with_a_new_round_of_attempts(store):
    an_endpoint(store)
    [event] = announced(store)
    given_up_at = fail_until_given_up(store)
    [delivery] = deliveries(store)

    replayed = store.write(lambda rows: rows.deliveries.replay("demo", [delivery.id], at=given_up_at))

    [again] = claim(store, at=given_up_at)
    assert replayed == [delivery.id]
    assert (again.event_id, again.payload) == (event.id, event.payload)
    assert deliveries(store)[0].tries == 0


def test_nothing_is_replayed_for_another_site_or_to_a_disabled_endpoint(store):
    endpoint = an_endpoint(store)
    announced(store)
    record(store, claim(store))
    [delivery] = deliveries(store)

    for_another = store.write(lambda rows: rows.deliveries.replay("other", [delivery.id], at=NOON))
    store.write(lambda rows: rows.endpoints.disable("demo", endpoint.id, reason="By hand.", at=NOON))
    to_a_disabled = store.write(lambda rows: rows.deliveries.replay("demo", [delivery.id], at=NOON))

    assert for_another == to_a_disabled == []
    assert deliveries(store) == (delivery,)


def test_a_test_event_goes_to_its_endpoint_alone_whatever_that_wants(store):
    endpoint = an_endpoint(store, events=(EventType.REJECTED,))
    an_endpoint(store)

    event_id = store.write(lambda rows: rows.deliveries.announce_test("demo", endpoint.id, at=NOON))

    assert [(each.endpoint_id, each.event_id) for each in claim(store)] == [(endpoint.id, event_id)]
    assert [each.type for each in deliveries(store)] == [EventType.TEST]


def test_a_disabled_endpoint_takes_no_test_event(store):
    endpoint = an_endpoint(store)
    store.write(lambda rows: rows.endpoints.disable("demo", endpoint.id, reason="By hand.", at=NOON))

    with pytest.raises(Invalid, match="enable it first"):
        store.write(lambda rows: rows.deliveries.announce_test("demo", endpoint.id, at=NOON))


def test_what_is_due_is_counted_for_the_sweeper(store):
    an_endpoint(store)
    announced(store, 3)

    def due(at):
        with store.read() as rows:
            assert rows.sending.any_due(at=at) is (rows.sending.count_due(at=at) > 0)
            return rows.sending.count_due(at=at)

    before, at_noon = due(NOON - SECOND), due(NOON)
    claim(store, limit=1)
    while_one_is_held = due(NOON)
    claim(store)
    while_all_are_held = due(NOON)

    assert [before, at_noon, while_one_is_held, while_all_are_held, due(NOON + LEASE)] == [0, 3, 2, 0, 3]


def test_pages_follow_each_other_newest_first_without_gap_or_repetition(store):
    an_endpoint(store)
    events = announced(store, 7)

    seen, cursor = [], ""
    while True:
        with store.read() as rows:
            page = rows.deliveries.page(DeliverySearch("demo", limit=3, cursor=cursor))
        seen += [each.event_id for each in page.deliveries]
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == [event.id for event in reversed(events)]


def test_a_page_can_show_one_endpoint_or_one_status(store):
    first, second = an_endpoint(store), an_endpoint(store)
    announced(store, 2)
    record(store, [each for each in claim(store) if each.endpoint_id == first.id])

    assert {each.endpoint_id for each in deliveries(store, endpoint_id=second.id)} == {second.id}
    assert {each.endpoint_id for each in deliveries(store, status=DeliveryStatus.DELIVERED)} == {first.id}


@pytest.mark.parametrize("cursor", ["x", "?", "é", "ZZZZ", "LTE=", urlsafe_b64encode(b"9" * 30).decode()])
def test_a_cursor_that_is_not_ours_is_refused(store, cursor):
    with pytest.raises(Invalid, match="cursor"):
        deliveries(store, cursor=cursor)


def test_no_site_sees_the_delivery_of_another(store):
    an_endpoint(store)
    announced(store)
    [delivery] = deliveries(store)

    with store.read() as rows:
        assert rows.deliveries.get("demo", delivery.id) == delivery
        with pytest.raises(NotFound):
            rows.deliveries.get("other", delivery.id)


def test_an_id_that_no_database_can_hold_is_an_unknown_one(store):
    with store.read() as rows, pytest.raises(NotFound):
        rows.deliveries.get("demo", 10**30)
    assert store.write(lambda rows: rows.deliveries.replay("demo", [10**30, -1], at=NOON)) == []
