"""Many mails wait, and the mail server greylists, refuses, is slow, hangs or has no TLS: none is lost or doubled."""

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest

from moderation.config.smtp_server import Security
from moderation.outbox.channels import CONNECTIONS, EMAIL
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from tests.builders import LEASE, NOON
from tests.moderation.mail.smtp_server import serving
from tests.moderation.store.announcing import announced
from tests.receiver import Receiver
from tests.waiting import LIMIT_S, eventually
from tests.worker.mail_queue import (
    ARRIVALS,
    TRIES,
    Fate,
    Town,
    arrivals,
    outcomes,
    queue,
    send_all,
    senders_for,
    tries,
)
from worker.deliver import Round
from worker.stop_flag import StopFlag

pytestmark = pytest.mark.slow

COUNT = 200
"""`python -m bench.mails` does the same with ten thousand."""


class Clock:
    """The time of a worker, which a test moves on."""

    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at

    def go_to(self, at):
        self.at = at


@pytest.fixture
def town():
    with serving(Town()) as town:
        yield town


def test_every_mail_arrives_once_or_is_given_up_whatever_the_server_does(store, town, tmp_path):
    fates, clock = queue(store, COUNT), Clock()
    senders = senders_for(town, str(tmp_path))

    send_all(store, senders, now=clock, go_to=clock.go_to)

    assert arrivals(town) == {(fate, ARRIVALS[fate]): count for fate, count in fates.items() if ARRIVALS[fate]}
    assert {len(ids) for ids in town.ids.values()} == {1}  # what arrives twice has the same Message-ID
    given_up = sum(count for fate, count in fates.items() if not ARRIVALS[fate])
    assert outcomes(store) == {"delivered": COUNT - given_up, "given_up": given_up}
    assert tries(store) == sum(TRIES[fate] * count for fate, count in fates.items())
    assert town.most_at_once <= CONNECTIONS
    assert senders[EMAIL.name].most_held <= CONNECTIONS


def test_a_server_without_tls_gets_nothing_and_what_waits_arrives_once_it_has_it(store, town, tmp_path):
    queue(store, 10)
    wants_tls = senders_for(town, str(tmp_path), security=Security.STARTTLS)

    Round(store, wants_tls, now=lambda: NOON, lease=LEASE, stop=StopFlag()).run()

    assert town.taken == Counter() and outcomes(store) == {"waiting": 10}
    clock = Clock()
    send_all(store, senders_for(town, str(tmp_path)), now=clock, go_to=clock.go_to)
    assert arrivals(town) == {(Fate.TAKEN, 1): 10}


def test_a_queue_of_mails_that_a_server_holds_up_delays_no_webhook(sqlite_store, town, tmp_path):
    now = datetime.now(UTC)  # the receiver refuses a webhook that is five minutes old
    queue(sqlite_store, 600)
    town.is_holding_up = True
    receiver = Receiver()
    _, receiver.secret = sqlite_store.write(
        lambda uow: uow.endpoints.add("demo", url=receiver.url, events=ENDPOINT_EVENTS, at=NOON)
    )
    senders = senders_for(town, str(tmp_path))
    stop = StopFlag()
    round = Round(sqlite_store, senders, now=lambda: now, lease=LEASE, stop=stop)
    sending = threading.Thread(target=round.run)
    sending.start()
    eventually(lambda: town.most_at_once == CONNECTIONS)

    [event] = announced(sqlite_store, at=now)
    eventually(lambda: [each.id for each in receiver.received] == [event.id])

    assert town.taken == Counter()
    stop.raise_it()
    town.is_holding_up = False
    sending.join(timeout=LIMIT_S)
    receiver.close()
    assert not sending.is_alive()
    assert town.most_at_once == CONNECTIONS
