import json
import logging
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import update

from moderation.dispatch import JOB_TIMEOUT_S
from moderation.ids import new_id
from moderation.messages import Message
from moderation.outbox.channels import CHANNELS, WEBHOOK
from moderation.outbox.delivery import DeliverySearch, DeliveryStatus
from moderation.store.tables import endpoints
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from moderation.webhooks.events import Event, EventType
from tests.builders import LEASE, SECOND
from tests.receiver import Receiver
from tests.waiting import LIMIT_S, eventually
from tests.worker.far_side import FarSide, answers
from worker import deliver
from worker.channels.webhook import WebhookSender
from worker.deliver import Round
from worker.draining import DRAIN_S
from worker.http_client import TOTAL_S, HttpClient
from worker.safe_connect import SafeConnector
from worker.stop_flag import StopFlag

NOW = datetime.now(UTC)
INITIAL, MAX = WEBHOOK.initial_in_flight, WEBHOOK.max_in_flight
LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    """Set anew for each test: receivers refuse a webhook that is five minutes old by the clock of the machine."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC))


@pytest.fixture
def outgoing():
    client = HttpClient(SafeConnector(allow=LOOPBACK), total_s=LIMIT_S)
    yield client
    client.close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def send_due(store, outgoing, *, at=None, stop=None):
    senders = {"webhook": WebhookSender(outgoing)}
    return Round(store, senders, now=lambda: at or NOW, lease=LEASE, stop=stop or StopFlag()).run()


def an_endpoint(store, url):
    return store.write(lambda uow: uow.endpoints.add("demo", url=url, events=ENDPOINT_EVENTS, at=NOW))


def listening(store, receiver):
    endpoint, receiver.secret = an_endpoint(store, receiver.url)
    return endpoint


def announced(store, count=1):
    payload = '{"type":"comment.approved","data":{"id":"cmt_1"}}'
    events = [Event(new_id("evt", at=NOW), "demo", EventType.APPROVED, "cmt_1", NOW, payload) for _ in range(count)]
    store.write(lambda uow: uow.deliveries.announce(events))
    return events


def deliveries(store, **search):
    with store.read() as uow:
        return uow.deliveries.page(DeliverySearch("demo", limit=200, **search)).deliveries


@contextmanager
def hanging_round(store, count=INITIAL):
    """A round of sending to an endpoint that accepts `count` deliveries and never answers."""
    hanging = FarSide(lambda far, connection: far.released.wait())
    an_endpoint(store, hanging.url)
    announced(store, count)
    patient = HttpClient(SafeConnector(allow=LOOPBACK), total_s=LIMIT_S)
    sending = threading.Thread(target=send_due, args=(store, patient))
    sending.start()
    try:
        eventually(lambda: hanging.connections == count)
        yield hanging
    finally:
        hanging.close()
        sending.join(timeout=LIMIT_S)
    assert not sending.is_alive()


def test_an_endpoint_whose_secret_cannot_be_opened_fails_visibly_and_delays_no_other(store, outgoing, receiver):
    closed, _ = an_endpoint(store, receiver.url)
    spoiled = update(endpoints).where(endpoints.c.id == closed.id).values(secret_sealed=b"by another secret")
    store.write(lambda uow: uow.connection.execute(spoiled))
    listening(store, receiver)
    announced(store)

    send_due(store, outgoing)

    [failed] = deliveries(store, destination_id=closed.id)
    assert (len(receiver.received), receiver.refused) == (1, [])
    assert failed.status is DeliveryStatus.WAITING
    assert failed.attempts[0].problem == Message("secret.unreadable")


def test_an_announced_event_arrives_signed_and_is_on_record(store, outgoing, receiver):
    listening(store, receiver)
    [event] = announced(store)

    attempts = send_due(store, outgoing)

    [delivery] = deliveries(store)
    assert (attempts, receiver.refused) == (1, [])
    assert [(each.id, each.raw) for each in receiver.received] == [(event.id, event.payload)]
    assert (delivery.status, delivery.attempts[0].http_status) == (DeliveryStatus.DELIVERED, 204)


def test_more_deliveries_than_fit_at_once_are_sent_in_one_round_each_once(store, outgoing, receiver):
    listening(store, receiver)
    events = announced(store, 3 * MAX)

    assert send_due(store, outgoing) == len(events)

    assert sorted(each.id for each in receiver.received) == sorted(event.id for event in events)
    assert send_due(store, outgoing) == 0


def test_results_are_recorded_in_batches(store, outgoing, receiver, counts):
    listening(store, receiver)
    events = announced(store, 3 * MAX)
    counts.forget()

    send_due(store, outgoing)

    assert counts.commits < len(events) / 2


def test_a_second_attempt_has_the_same_id_and_its_own_time(store, outgoing):
    far = FarSide(answers(500))
    an_endpoint(store, far.url)
    [event] = announced(store)
    send_due(store, outgoing)

    send_due(store, outgoing, at=deliveries(store)[0].due_at)

    far.close()
    assert [f"webhook-id: {event.id}" in each for each in far.requests] == [True, True]
    times = [each.partition("webhook-timestamp: ")[2].split("\r\n")[0] for each in far.requests]
    assert int(times[1]) >= int(times[0]) + 5


def test_after_a_rotation_a_receiver_with_the_old_secret_still_verifies(store, outgoing, receiver):
    endpoint = listening(store, receiver)
    store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOW))
    announced(store)

    send_due(store, outgoing)

    assert (len(receiver.received), receiver.refused) == (1, [])


def test_after_the_overlap_a_receiver_with_the_old_secret_refuses(store, outgoing, receiver):
    endpoint = listening(store, receiver)
    store.write(lambda uow: uow.endpoints.rotate("demo", endpoint.id, at=NOW - timedelta(hours=24)))
    announced(store)

    send_due(store, outgoing)

    assert (len(receiver.received), len(receiver.refused)) == (0, 1)
    assert deliveries(store)[0].attempts[0].problem == Message("http.status", {"status": 400})


def test_an_endpoint_that_is_gone_is_tried_once_and_disabled(store, outgoing):
    far = FarSide(answers(410))
    endpoint, _ = an_endpoint(store, far.url)
    announced(store)

    send_due(store, outgoing)

    far.close()
    with store.read() as uow:
        assert uow.endpoints.get("demo", endpoint.id).disabled_reason == Message("http.gone")
    assert deliveries(store)[0].status is DeliveryStatus.GIVEN_UP


def test_an_endpoint_that_hangs_does_not_delay_the_others(store, outgoing, receiver):
    hanging = FarSide(lambda far, connection: far.released.wait())
    an_endpoint(store, hanging.url)
    announced(store, 2 * MAX)
    listening(store, receiver)
    events = announced(store, 3 * MAX)
    patient = HttpClient(SafeConnector(allow=LOOPBACK), total_s=LIMIT_S)

    sending = threading.Thread(target=send_due, args=(store, patient))
    sending.start()
    eventually(lambda: len(receiver.received) == len(events))

    assert hanging.connections == INITIAL  # all of them still wait for an answer
    hanging.close()
    sending.join(timeout=LIMIT_S)
    assert not sending.is_alive()


def test_a_delivery_that_falls_due_while_an_endpoint_hangs_is_sent(store, receiver):
    with hanging_round(store) as hanging:
        listening(store, receiver)
        [event] = announced(store)

        eventually(lambda: event.id in {each.id for each in receiver.received})

        assert hanging.connections == INITIAL  # all of them still wait for an answer


def test_slow_attempts_do_not_use_up_the_places_of_a_round(store, receiver, monkeypatch):
    monkeypatch.setitem(CHANNELS, "webhook", replace(WEBHOOK, quick_places=INITIAL))
    monkeypatch.setattr(deliver, "SLOW_S", 0.1)
    with hanging_round(store) as hanging:  # every place is taken
        listening(store, receiver)
        events = announced(store, 2 * INITIAL)

        eventually(lambda: {event.id for event in events} <= {each.id for each in receiver.received})

        assert hanging.connections == INITIAL


def test_a_round_in_overtime_goes_on_for_the_others_while_an_endpoint_hangs(store, receiver, monkeypatch):
    monkeypatch.setattr(deliver, "ROUND_S", 0.0)
    monkeypatch.setattr(deliver, "SLOW_S", 0.1)
    with hanging_round(store, INITIAL - 1):  # it has a place left
        listening(store, receiver)
        [event] = announced(store)  # to both

        eventually(lambda: event.id in {each.id for each in receiver.received})

    [excluded] = [each for each in deliveries(store, status=DeliveryStatus.WAITING) if each.event_id == event.id]
    assert excluded.attempts == ()  # or the round would never end


def test_an_endpoint_that_answers_gets_more_at_once_than_initially(store, outgoing):
    together = threading.Barrier(INITIAL + 1)

    def behave(far, connection):
        while far.read_request(connection):
            if len(far.requests) > INITIAL:
                together.wait(
                    timeout=LIMIT_S
                )  # answers only when more requests arrived than an endpoint gets initially
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    far = FarSide(behave)
    an_endpoint(store, far.url)
    announced(store, INITIAL + together.parties)

    send_due(store, outgoing)

    far.close()
    assert {each.status for each in deliveries(store)} == {DeliveryStatus.DELIVERED}


def test_a_failing_endpoint_gets_one_delivery_at_a_time_while_others_are_served(store, outgoing, receiver):
    dead = FarSide(answers(503))
    an_endpoint(store, dead.url)
    announced(store)
    send_due(store, outgoing)
    listening(store, receiver)
    announced(store, 3)
    receiver.received.clear()

    send_due(store, outgoing, at=NOW + SECOND)

    dead.close()
    assert len(receiver.received) == 3
    assert len(dead.requests) == 4  # one after the other, each after the failure of the one before


def test_a_stopping_worker_finishes_what_it_claimed_and_claims_nothing_new(store, outgoing):
    stop = StopFlag()
    far = FarSide(lambda far, connection: (stop.raise_it(), answers(204)(far, connection)))
    an_endpoint(store, far.url)
    announced(store, INITIAL + 5)

    attempts = send_due(store, outgoing, stop=stop)

    far.close()
    assert attempts == INITIAL
    assert len(deliveries(store, status=DeliveryStatus.WAITING)) == 5


def test_the_claims_of_a_dead_worker_are_sent_when_the_lease_ends(store, outgoing, receiver):
    listening(store, receiver)
    [event] = announced(store)
    store.write(lambda uow: uow.delivery_queue.claim("webhook", limit=1, at=NOW, lease=LEASE))

    before = send_due(store, outgoing, at=NOW + LEASE - SECOND)
    after = send_due(store, outgoing, at=NOW + LEASE)

    assert (before, after) == (0, 1)
    assert [each.id for each in receiver.received] == [event.id]


def test_a_replayed_event_arrives_with_the_same_id(store, outgoing, receiver):
    listening(store, receiver)
    [event] = announced(store)
    send_due(store, outgoing)

    store.write(lambda uow: uow.deliveries.replay("demo", [deliveries(store)[0].id], at=NOW))
    send_due(store, outgoing)

    assert [each.id for each in receiver.received] == [event.id] * 2
    assert [each.http_status for each in deliveries(store)[0].attempts] == [204, 204]


def test_a_private_address_gets_nothing_and_the_attempt_says_why(store, receiver):
    listening(store, receiver)
    announced(store)

    send_due(store, HttpClient(SafeConnector()))

    assert receiver.received == []
    assert deliveries(store)[0].attempts[0].problem == Message("connect.not_public")


def test_an_endpoint_that_asks_for_a_pause_gets_nothing_more_in_the_round(store, outgoing):
    far = FarSide(answers(429, b"", "Retry-After: 120"))
    an_endpoint(store, far.url)
    announced(store, INITIAL + 5)

    send_due(store, outgoing)
    send_due(store, outgoing, at=NOW + 119 * SECOND)
    during = len(far.requests)
    send_due(store, outgoing, at=NOW + 150 * SECOND)

    far.close()
    tried = [attempt for delivery in deliveries(store) for attempt in delivery.attempts]
    assert during == INITIAL
    assert len(far.requests) > INITIAL
    assert {attempt.retry_after_s for attempt in tried} == {120}


def test_the_log_contains_no_url_and_no_content(store, outgoing, receiver, caplog):
    endpoint = listening(store, receiver)
    [event] = announced(store)
    caplog.set_level(logging.DEBUG)

    send_due(store, outgoing)

    assert endpoint.id in caplog.text and event.id in caplog.text
    assert endpoint.url not in caplog.text and json.loads(event.payload)["data"]["id"] not in caplog.text


def test_a_job_that_begins_a_round_at_its_end_ends_before_rq_kills_it():
    longest = DRAIN_S + deliver.ROUND_S + deliver.OVERTIME_S + TOTAL_S

    assert longest + 5.0 < JOB_TIMEOUT_S
