"""Answering a bell, by a clock that moves only while somebody sleeps."""

from types import SimpleNamespace

import pytest

from moderation.errors import StoreBusy
from worker import draining
from worker.draining import DRAIN_S, LINGER_S, drain
from worker.stop_flag import StopFlag


class Clock:
    """Stands for the module `time`."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class Office:
    """What is looked at, silenced and rung, in order; each look finds so much, and nothing after the last."""

    def __init__(self, *finds):
        self.order = []
        self.finds = list(finds)
        self.context = SimpleNamespace(stop=StopFlag(), doorbell=self)

    def look(self):
        self.order.append("look")
        return self.finds.pop(0) if self.finds else 0

    def silence(self, bell):
        self.order.append("silence")

    def ring(self, bell):
        self.order.append("ring")

    def drain(self):
        return drain(self.context, "scoring", self.look)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock of this test alone."""
    clock = Clock()
    monkeypatch.setattr(draining, "time", clock)
    return clock


def test_it_works_until_nothing_is_left_and_says_how_much_it_did():
    assert Office(512, 512, 7).drain() == 1031


def test_it_stays_a_moment_for_what_may_come(clock):
    office = Office(1, *[0] * 50, 1)

    assert office.drain() == 2
    assert 0.5 + LINGER_S <= clock.now < 0.6 + LINGER_S


def test_the_bell_is_silenced_before_the_last_look():
    office = Office()

    office.drain()

    assert office.order[-2:] == ["silence", "look"]
    assert office.order.count("silence") == 1


def test_what_came_before_the_bell_fell_silent_is_found_by_the_last_look(monkeypatch):
    monkeypatch.setattr(draining, "LINGER_S", 0.0)
    office = Office(0, 5)

    assert office.drain() == 5
    assert office.order == ["look", "silence", "look", "look", "silence", "look"]


def test_after_its_time_it_rings_for_another_job_to_take_over(clock):
    office = Office(*[1] * 10_000)
    office.look = lambda look=office.look: clock.sleep(1.0) or look()

    assert office.drain() == DRAIN_S
    assert office.order[-3:] == ["look", "silence", "ring"]


def test_told_to_stop_it_takes_nothing_new_and_rings_for_whoever_comes_after():
    office = Office(1, 1, 1)
    office.look = lambda look=office.look: office.context.stop.raise_it() or look()

    assert office.drain() == 1
    assert office.order == ["look", "silence", "ring"]


def test_a_database_that_refuses_ends_it_with_the_bell_silenced_for_the_sweeper():
    office = Office()

    def refuse():
        raise StoreBusy("The disk is full.")

    office.look = refuse

    assert office.drain() == 0
    assert office.order == ["silence"]
