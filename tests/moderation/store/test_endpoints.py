from datetime import timedelta

import pytest
from sqlalchemy import select, update

from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.messages import Message
from moderation.outbox.delivery import DeliverySearch, DeliveryStatus
from moderation.store.tables import destinations, endpoints
from moderation.webhooks.endpoint import ENDPOINT_EVENTS, SECRET_OVERLAP
from moderation.webhooks.events import Event, EventType
from tests.builders import LEASE, NOON, SECOND, a_site

MOVED = Message("http.gone")


def added(store, site_id="demo", **changes):
    values = {"url": "https://blog.example/hooks", "events": ENDPOINT_EVENTS, "at": NOON, **changes}
    return store.write(lambda uow: uow.endpoints.add(site_id, **values))


def target(store, endpoint, *, at=NOON):
    with store.read() as uow:
        return uow.endpoints.targets([endpoint.id], at=at)[endpoint.id]


def announced(store, type=EventType.APPROVED, *, at=NOON):
    event = Event(new_id("evt", at=at), "demo", type, "cmt_1", at, '{"type":"comment.approved"}')
    store.write(lambda uow: uow.deliveries.announce([event]))
    return event


def claimed(store, *, at=NOON):
    return store.write(lambda uow: uow.delivery_queue.claim("webhook", limit=100, at=at, lease=LEASE))


def statuses(store):
    with store.read() as uow:
        return [each.status for each in uow.deliveries.page(DeliverySearch("demo")).deliveries]


def test_an_endpoint_is_read_as_it_was_added(store):
    endpoint, _ = added(store, events=(EventType.APPROVED,))

    with store.read() as uow:
        assert uow.endpoints.get("demo", endpoint.id) == endpoint
        assert uow.endpoints.all("demo") == [endpoint]


def test_the_secret_is_sealed_in_the_database(store):
    endpoint, secret = added(store)

    with store.engine.connect() as connection:
        sealed = connection.scalar(select(endpoints.c.secret_sealed))

    assert secret.removeprefix("whsec_").encode() not in sealed
    assert target(store, endpoint).secrets == (secret,)
    assert secret not in repr(target(store, endpoint))


def test_a_site_cannot_reach_the_endpoint_of_another(store):
    endpoint, _ = added(store)
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    reaches = [
        lambda uow: uow.endpoints.get("other", endpoint.id),
        lambda uow: uow.endpoints.change("other", endpoint.id, url="https://evil.example", events=ENDPOINT_EVENTS),
        lambda uow: uow.endpoints.remove("other", endpoint.id, at=NOON),
        lambda uow: uow.endpoints.rotate("other", endpoint.id, at=NOON),
        lambda uow: uow.endpoints.disable("other", endpoint.id, reason=MOVED, at=NOON),
        lambda uow: uow.endpoints.enable("other", endpoint.id),
        lambda uow: uow.deliveries.announce_test("other", endpoint.id, at=NOON),
    ]

    for reach in reaches:
        with pytest.raises(NotFound):
            store.write(reach)

    with store.read() as uow:
        assert uow.endpoints.all("demo") == [endpoint]
        assert uow.endpoints.all("other") == []


def test_waiting_deliveries_go_to_the_new_url(store):
    endpoint, _ = added(store)
    announced(store)

    store.write(
        lambda uow: uow.endpoints.change("demo", endpoint.id, url="https://new.example/", events=ENDPOINT_EVENTS)
    )

    [delivery] = claimed(store)
    assert (delivery.destination_id, target(store, endpoint).url) == (endpoint.id, "https://new.example/")


def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_only_the_new_one(store):
    endpoint, old = added(store)

    new = store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOON))

    assert target(store, endpoint, at=NOON + SECRET_OVERLAP - SECOND).secrets == (new, old)
    assert target(store, endpoint, at=NOON + SECRET_OVERLAP).secrets == (new,)


def test_a_second_rotation_ends_the_first_secret_at_once(store):
    endpoint, _ = added(store)
    second = store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOON))

    third = store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOON))

    assert target(store, endpoint).secrets == (third, second)


def test_a_secret_that_cannot_be_opened_is_left_out_until_it_is_rotated(store):
    (spoiled, _), (other, secret) = added(store), added(store)
    by_another = update(endpoints).where(endpoints.c.id == spoiled.id).values(secret_sealed=b"by another secret")
    store.write(lambda uow: uow.connection.execute(by_another))

    before = target(store, spoiled).secrets
    new = store.write(lambda uow: uow.endpoints.rotate("demo", spoiled.id, at=NOON))

    assert (before, target(store, other).secrets) == ((), (secret,))
    assert target(store, spoiled).secrets == (new,)


def test_the_deliveries_of_a_disabled_endpoint_are_given_up_and_no_new_ones_are_added(store):
    endpoint, _ = added(store)
    announced(store)

    disabled = store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason=MOVED, at=NOON))
    announced(store)

    assert disabled.disabled_reason == MOVED
    assert statuses(store) == [DeliveryStatus.GIVEN_UP]
    assert claimed(store) == []


def test_an_enabled_endpoint_starts_without_a_record_of_failures(store):
    endpoint, _ = added(store)
    store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason=MOVED, at=NOON))

    enabled = store.write(lambda uow: uow.endpoints.enable("demo", endpoint.id))
    announced(store)

    assert enabled == endpoint
    assert len(claimed(store)) == 1


def test_a_removed_endpoint_is_gone_but_its_deliveries_stay_on_record(store):
    endpoint, _ = added(store)
    announced(store)

    store.write(lambda uow: uow.endpoints.remove("demo", endpoint.id, at=NOON))

    with store.read() as uow, pytest.raises(NotFound):
        uow.endpoints.get("demo", endpoint.id)
    assert statuses(store) == [DeliveryStatus.GIVEN_UP]


def test_an_event_added_while_its_endpoint_was_being_disabled_is_given_up(store):
    endpoint, _ = added(store)
    announced(store)
    with store.engine.begin() as connection:  # as if the two transactions had overlapped
        connection.execute(destinations.update().values(disabled_at=NOON))

    later = NOON + timedelta(hours=1)

    nothing = claimed(store, at=later)
    store.write(lambda uow: uow.delivery_queue.give_up_stranded(at=later))

    assert (nothing, endpoint.disabled_at) == ([], None)
    assert statuses(store) == [DeliveryStatus.GIVEN_UP]
