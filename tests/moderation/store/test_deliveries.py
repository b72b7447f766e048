from base64 import urlsafe_b64encode

import pytest

from moderation.errors import Invalid, NotFound
from moderation.messages import Message
from moderation.outbox.delivery import DeliverySearch, DeliveryStatus
from moderation.webhooks.events import EventType
from tests.builders import NOON, a_site
from tests.moderation.store.announcing import an_endpoint, announced, claim, deliveries, fail_until_given_up, record


def test_an_event_goes_to_every_endpoint_of_its_site_that_subscribed_to_its_type(store):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    wanting = [an_endpoint(store), an_endpoint(store, events=(EventType.APPROVED,))]
    an_endpoint(store, events=(EventType.RECEIVED, EventType.REJECTED))
    an_endpoint(store, "other")

    [event] = announced(store)

    assert sorted(each.destination_id for each in claim(store)) == sorted(each.id for each in wanting)
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


def test_a_replay_sends_the_same_event_again_with_a_new_round_of_attempts(store):
    an_endpoint(store)
    [event] = announced(store)
    given_up_at = fail_until_given_up(store)
    [delivery] = deliveries(store)

    replayed = store.write(lambda uow: uow.deliveries.replay("demo", [delivery.id], at=given_up_at))

    [again] = claim(store, at=given_up_at)
    assert replayed == [delivery.id]
    assert (again.event_id, again.payload) == (event.id, event.payload)
    assert deliveries(store)[0].tries == 0


def test_nothing_is_replayed_for_another_site_or_to_a_disabled_endpoint(store):
    endpoint = an_endpoint(store)
    announced(store)
    record(store, claim(store))
    [delivery] = deliveries(store)

    for_another = store.write(lambda uow: uow.deliveries.replay("other", [delivery.id], at=NOON))
    store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason=Message("http.gone"), at=NOON))
    to_a_disabled = store.write(lambda uow: uow.deliveries.replay("demo", [delivery.id], at=NOON))

    assert for_another == to_a_disabled == []
    assert deliveries(store) == (delivery,)


def test_a_replay_of_a_single_delivery_fails_with_the_reason(store):
    endpoint = an_endpoint(store)
    announced(store)
    [delivery] = deliveries(store)
    store.write(lambda uow: uow.endpoints.remove("demo", endpoint.id, at=NOON))

    with pytest.raises(Invalid, match="disabled or removed"):
        store.write(lambda uow: uow.deliveries.replay_one("demo", delivery.id, at=NOON))
    with pytest.raises(NotFound):
        store.write(lambda uow: uow.deliveries.replay_one("other", delivery.id, at=NOON))


def test_a_test_event_goes_to_its_endpoint_only_whatever_it_subscribed_to(store):
    endpoint = an_endpoint(store, events=(EventType.REJECTED,))
    an_endpoint(store)

    event_id = store.write(lambda uow: uow.deliveries.announce_test("demo", endpoint.id, at=NOON))

    assert [(each.destination_id, each.event_id) for each in claim(store)] == [(endpoint.id, event_id)]
    assert [each.type for each in deliveries(store)] == [EventType.TEST]


def test_a_disabled_endpoint_cannot_be_tested(store):
    endpoint = an_endpoint(store)
    store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason=Message("http.gone"), at=NOON))

    with pytest.raises(Invalid, match="enable it first"):
        store.write(lambda uow: uow.deliveries.announce_test("demo", endpoint.id, at=NOON))


def test_pages_follow_each_other_newest_first_without_gap_or_repetition(store):
    an_endpoint(store)
    events = announced(store, 7)

    seen, cursor = [], ""
    while True:
        with store.read() as uow:
            page = uow.deliveries.page(DeliverySearch("demo", limit=3, cursor=cursor))
        seen += [each.event_id for each in page.deliveries]
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == [event.id for event in reversed(events)]


def test_a_page_can_show_one_endpoint_or_one_status(store):
    first, second = an_endpoint(store), an_endpoint(store)
    announced(store, 2)
    record(store, [each for each in claim(store) if each.destination_id == first.id])

    assert {each.destination_id for each in deliveries(store, destination_id=second.id)} == {second.id}
    assert {each.destination_id for each in deliveries(store, status=DeliveryStatus.DELIVERED)} == {first.id}


@pytest.mark.parametrize("cursor", ["x", "?", "é", "ZZZZ", "LTE=", urlsafe_b64encode(b"9" * 30).decode()])
def test_an_unknown_cursor_is_refused(store, cursor):
    with pytest.raises(Invalid, match="cursor"):
        deliveries(store, cursor=cursor)


def test_a_site_cannot_see_the_delivery_of_another(store):
    an_endpoint(store)
    announced(store)
    [delivery] = deliveries(store)

    with store.read() as uow:
        assert uow.deliveries.get("demo", delivery.id) == delivery
        with pytest.raises(NotFound):
            uow.deliveries.get("other", delivery.id)


def test_an_id_out_of_range_is_unknown(store):
    with store.read() as uow, pytest.raises(NotFound):
        uow.deliveries.get("demo", 10**30)
    assert store.write(lambda uow: uow.deliveries.replay("demo", [10**30, -1], at=NOON)) == []
