"""A second channel takes one row and one module: it has its own schedule and limits, and the outbox does the rest."""

import sys
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from moderation.config.settings import Settings
from moderation.messages import NOTHING, Message
from moderation.outbox.channels import CHANNELS, WEBHOOK, ChannelSpec
from moderation.outbox.delivery import Attempt, DeliverySearch, DeliveryStatus, NewDelivery
from tests.builders import LEASE, NOON, SECOND
from tests.moderation.store.announcing import an_endpoint, announced, claim
from worker.channels import open_senders
from worker.deliver import Round
from worker.stop_flag import StopFlag

MINUTE = timedelta(minutes=1)
PIGEON = ChannelSpec(
    name="pigeon",
    retry_after=(MINUTE, 60 * MINUTE),
    max_retry_after=timedelta(hours=2),
    disable_after=timedelta(days=1),
    disable_on=frozenset({"pigeon.moved"}),
    initial_in_flight=2,
    max_in_flight=3,
)


class Loft:
    """The far side: where pigeons arrive. problem: how each flight ends."""

    def __init__(self):
        self.arrived = []
        self.problem = NOTHING

    def targets(self, uow, deliveries, *, at):
        return {each.id: "the loft" for each in deliveries}

    def send(self, delivery, target, *, at):
        self.arrived.append((delivery.event_id, delivery.payload, target))
        if isinstance(self.problem, Exception):
            raise self.problem
        return Attempt(at, None, 7, self.problem)


@pytest.fixture
def loft(monkeypatch):
    """The channel `pigeon`, installed: its row and its module."""
    loft = Loft()
    monkeypatch.setitem(CHANNELS, PIGEON.name, PIGEON)
    monkeypatch.setitem(sys.modules, "worker.channels.pigeon", SimpleNamespace(open_sender=lambda settings: loft))
    return loft


@pytest.fixture
def send_due(store, loft, tmp_path):
    """Sends what is due at a time, with the senders of a real worker; returns the number of attempts."""
    senders = open_senders(Settings.from_env({"REJOINDER_HOME": str(tmp_path)}))
    return lambda at=NOON: Round(store, senders, now=lambda: at, lease=LEASE, stop=StopFlag()).run()


def add_letters(store, count=1, *, destination="pig_1"):
    def add(uow):
        uow.destinations.add("demo", destination, "pigeon", at=NOON)
        letters = [
            NewDelivery("pigeon", "demo", destination, f"evt_{n}", "letter", f"Letter {n}") for n in range(count)
        ]
        uow.deliveries.add(letters, at=NOON)

    store.write(add)


def letters(store):
    with store.read() as uow:
        return uow.deliveries.page(DeliverySearch("demo", channel="pigeon")).deliveries


def test_every_channel_has_a_sender(tmp_path):
    senders = open_senders(Settings.from_env({"REJOINDER_HOME": str(tmp_path)}))

    assert senders.keys() == CHANNELS.keys()


def test_a_delivery_goes_out_by_its_channel_and_is_on_record(store, loft, send_due):
    add_letters(store)

    assert send_due() == 1

    [letter] = letters(store)
    assert loft.arrived == [("evt_0", "Letter 0", "the loft")]
    assert (letter.channel, letter.type, letter.status) == ("pigeon", "letter", DeliveryStatus.DELIVERED)
    assert letter.attempts == (Attempt(NOON, None, 7),)


def test_a_channel_has_its_own_schedule(store, loft, send_due):
    loft.problem = Message("pigeon.lost")
    add_letters(store)

    waits, at = [], NOON
    while at:
        send_due(at)
        [letter] = letters(store)
        waits += [letter.due_at - at] if letter.due_at else []
        at = letter.due_at

    assert [expected <= wait <= 1.1 * expected for wait, expected in zip(waits, PIGEON.retry_after, strict=True)]
    assert (letter.status, letter.tries) == (DeliveryStatus.GIVEN_UP, 3)


def test_a_channel_has_its_own_reasons_to_disable_a_destination(store, loft, send_due):
    loft.problem = Message("pigeon.moved")
    add_letters(store)

    send_due()

    assert [letter.status for letter in letters(store)] == [DeliveryStatus.GIVEN_UP]
    with store.read() as uow:
        assert not uow.delivery_queue.any_due(at=NOON + PIGEON.disable_after)


def test_each_channel_is_claimed_alone_and_has_its_own_limit(store, loft):
    add_letters(store, 20)
    an_endpoint(store)
    announced(store, 20, at=NOON + SECOND)

    claimed = {name: Counter(each.channel for each in claim(store, name, at=NOON + SECOND)) for name in CHANNELS}

    assert claimed == {
        "pigeon": {"pigeon": PIGEON.initial_in_flight},
        "webhook": {"webhook": WEBHOOK.initial_in_flight},
        "email": {},
    }


def test_a_replay_sends_the_same_event_again(store, loft, send_due):
    add_letters(store)
    send_due()

    replayed = store.write(lambda uow: uow.deliveries.replay("demo", [letters(store)[0].id], at=NOON))
    send_due()

    assert replayed == [letters(store)[0].id]
    assert [event_id for event_id, *_ in loft.arrived] == ["evt_0", "evt_0"]
    assert len(letters(store)[0].attempts) == 2


def test_an_error_in_one_sender_is_a_failed_attempt_and_does_not_stop_the_round(store, loft, send_due):
    loft.problem = RuntimeError("ada@reader.example")
    add_letters(store, 3)

    assert send_due() == 3

    problems = [attempt.problem for letter in letters(store) for attempt in letter.attempts]
    assert problems == [Message("delivery.error", {"error": "RuntimeError"})] * 3


def test_a_channel_that_this_version_does_not_know_waits(store, loft, monkeypatch):
    add_letters(store)
    monkeypatch.delitem(CHANNELS, "pigeon")

    assert claim(store) == []
    assert [letter.status for letter in letters(store)] == [DeliveryStatus.WAITING]
