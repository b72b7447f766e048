from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.outbox.delivery import DeliverySearch, DeliveryStatus
from moderation.store.tables import endpoints
from moderation.webhooks.endpoint import COMMENT_EVENTS, SECRET_OVERLAP
from moderation.webhooks.events import Event, EventType
from tests.builders import LEASE, NOON, SECOND, a_site


def added(store, site_id="demo", **changes):
    told = {"url": "https://blog.example/hooks", "events": COMMENT_EVENTS, "at": NOON, **changes}
    return store.write(lambda uow: uow.endpoints.add(site_id, **told))


def announced(store, type=EventType.APPROVED, *, at=NOON):
    event = Event(new_id("evt", at=at), "demo", type, "cmt_1", at, '{"type":"comment.approved"}')
    store.write(lambda uow: uow.deliveries.announce([event]))
    return event


def claimed(store, *, at=NOON):
    return store.write(lambda uow: uow.delivery_queue.claim(limit=100, at=at, lease=LEASE))


def statuses(store):
    with store.read() as uow:
        return [each.status for each in uow.deliveries.page(DeliverySearch("demo")).deliveries]


def test_an_endpoint_is_found_again_as_it_was_added(store):
    endpoint, _ = added(store, events=(EventType.APPROVED,))

    with store.read() as uow:
        assert uow.endpoints.get("demo", endpoint.id) == endpoint
        assert uow.endpoints.all("demo") == [endpoint]


def test_its_secret_is_not_in_the_database_but_signs_its_deliveries(store):
    _, secret = added(store)
    announced(store)

    with store.engine.connect() as connection:
        sealed = connection.scalar(select(endpoints.c.secret_sealed))

    assert secret.removeprefix("whsec_").encode() not in sealed
    assert [each.secrets for each in claimed(store)] == [(secret,)]


def test_no_site_reaches_the_endpoint_of_another(store):
    endpoint, _ = added(store)
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    reaches = [
        lambda uow: uow.endpoints.get("other", endpoint.id),
        lambda uow: uow.endpoints.change("other", endpoint.id, url="https://evil.example", events=COMMENT_EVENTS),
        lambda uow: uow.endpoints.remove("other", endpoint.id, at=NOON),
        lambda uow: uow.endpoints.rotate("other", endpoint.id, at=NOON),
        lambda uow: uow.endpoints.disable("other", endpoint.id, reason="Because.", at=NOON),
        lambda uow: uow.endpoints.enable("other", endpoint.id),
        lambda uow: uow.deliveries.announce_test("other", endpoint.id, at=NOON),
    ]

    for reach in reaches:
        with pytest.raises(NotFound):
            store.write(reach)

    with store.read() as uow:
        assert uow.endpoints.all("demo") == [endpoint]
        assert uow.endpoints.all("other") == []


def test_what_waits_goes_to_the_new_url(store):
    endpoint, _ = added(store)
    announced(store)

    store.write(
        lambda uow: uow.endpoints.change("demo", endpoint.id, url="https://new.example/", events=COMMENT_EVENTS)
    )

    assert [each.url for each in claimed(store)] == ["https://new.example/"]


def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_only_the_new_one(store):
    endpoint, old = added(store)
    announced(store)

    new = store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOON))

    [before] = claimed(store, at=NOON + SECOND)
    [after] = claimed(store, at=NOON + SECOND + max(SECRET_OVERLAP, LEASE))
    assert before.secrets == (new, old)
    assert after.secrets == (new,)


def test_a_second_rotation_ends_the_first_secret_at_once(store):
    endpoint, _ = added(store)
    announced(store)
    second = store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOON))

    third = store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOON))

    assert claimed(store)[0].secrets == (third, second)


def test_what_waits_for_a_disabled_endpoint_is_given_up_and_nothing_new_comes(store):
    endpoint, _ = added(store)
    announced(store)

    disabled = store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason="Moved away.", at=NOON))
    announced(store)

    assert disabled.disabled_reason == "Moved away."
    assert statuses(store) == [DeliveryStatus.GIVEN_UP]
    assert claimed(store) == []


def test_an_enabled_endpoint_begins_anew(store):
    endpoint, _ = added(store)
    store.write(lambda uow: uow.endpoints.disable("demo", endpoint.id, reason="Moved away.", at=NOON))

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


def test_an_event_that_slipped_in_while_its_endpoint_was_disabled_does_not_wait_for_ever(store):
    endpoint, _ = added(store)
    announced(store)
    with store.engine.begin() as connection:  # as if the two transactions had overlapped
        connection.execute(endpoints.update().values(disabled_at=NOON, disabled_reason="Meanwhile."))

    assert claimed(store, at=NOON + timedelta(hours=1)) == []

    assert endpoint.disabled_at is None
    assert statuses(store) == [DeliveryStatus.GIVEN_UP]
