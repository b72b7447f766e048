import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from moderation.outbox.delivery import DeliverySearch
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from moderation.webhooks.events import Event, EventType, payload_of
from tests.builders import LEASE
from tests.waiting import LIMIT_S
from worker.channels.webhook import WebhookSender
from worker.deliver import Round
from worker.http_client import HttpClient
from worker.safe_connect import SafeConnector
from worker.stop_flag import StopFlag

EXAMPLE = Path(__file__).parents[2] / "examples" / "receiver.py"


@pytest.fixture
def now():
    """The time of this test: the example refuses what is five minutes old by the clock of the machine."""
    return datetime.now(UTC)


@pytest.fixture
def example():
    """The example as a reader of the documentation starts it, given the secret; yields its process and its URL."""
    started = []

    def start(secret):
        environment = {**os.environ, "WEBHOOK_SECRET": secret}
        process = subprocess.Popen(
            [sys.executable, str(EXAMPLE), "0"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, re.search(r"http://\S+", process.stdout.readline()).group()

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=LIMIT_S)


def announce(store, id, type, now):
    event = Event(id, "demo", type, "cmt_1", now, payload_of(type, {"id": "cmt_1"}, at=now))
    store.write(lambda uow: uow.deliveries.announce([event]))


def send(store, now):
    client = HttpClient(SafeConnector(allow=(ip_network("127.0.0.0/8"),)))
    Round(store, {"webhook": WebhookSender(client)}, now=lambda: now, lease=LEASE, stop=StopFlag()).run()
    client.close()


def statuses(store):
    with store.read() as uow:
        page = uow.deliveries.page(DeliverySearch("demo"))
    return [attempt.http_status for delivery in page.deliveries for attempt in delivery.attempts]


def test_the_example_prints_each_verified_event_once(sqlite_store, example, now):
    store = sqlite_store
    endpoint, secret = store.write(
        lambda uow: uow.endpoints.add("demo", url="http://127.0.0.1/", events=ENDPOINT_EVENTS, at=now)
    )
    process, url = example(secret)
    store.write(lambda uow: uow.endpoints.change("demo", endpoint.id, url=url, events=ENDPOINT_EVENTS))

    announce(store, "evt_1", EventType.RECEIVED, now)
    send(store, now)
    store.write(lambda uow: uow.deliveries.replay("demo", [1], at=now))
    send(store, now)
    announce(store, "evt_2", EventType.APPROVED, now)
    send(store, now)

    assert statuses(store) == [204, 204, 204]
    process.terminate()
    assert process.stdout.read() == 'comment.received {"id": "cmt_1"}\ncomment.approved {"id": "cmt_1"}\n'


def test_the_example_refuses_what_another_secret_signed(sqlite_store, example, now):
    _, url = example("whsec_" + "A" * 43 + "=")
    sqlite_store.write(lambda uow: uow.endpoints.add("demo", url=url, events=ENDPOINT_EVENTS, at=now))
    announce(sqlite_store, "evt_1", EventType.RECEIVED, now)

    send(sqlite_store, now)

    assert statuses(sqlite_store) == [400]


def test_the_example_is_short_enough_to_read_at_once():
    assert len(EXAMPLE.read_text().splitlines()) <= 40
