"""Answering a bell, by a clock that moves only during sleeps."""

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


class Worker:
    """Records looks for work, silences and rings in order. finds: how much work each look finds; then none."""

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
    """A clock for this test only."""
    clock = Clock()
    monkeypatch.setattr(draining, "time", clock)
    return clock


def test_it_works_until_nothing_is_left_and_returns_how_much_it_did():
    assert Worker(512, 512, 7).drain() == 1031


def test_it_waits_a_moment_for_more_work(clock):
    worker = Worker(1, *[0] * 50, 1)

    assert worker.drain() == 2
    assert 0.5 + LINGER_S <= clock.now < 0.6 + LINGER_S


def test_the_bell_is_silenced_before_the_last_look():
    worker = Worker()

    worker.drain()

    assert worker.order[-2:] == ["silence", "look"]
    assert worker.order.count("silence") == 1


def test_work_that_arrives_before_the_bell_is_silenced_is_found_by_the_last_look(monkeypatch):
    monkeypatch.setattr(draining, "LINGER_S", 0.0)
    worker = Worker(0, 5)

    assert worker.drain() == 5
    assert worker.order == ["look", "silence", "look", "look", "silence", "look"]


def test_after_its_time_it_rings_so_that_another_job_takes_over(clock):
    worker = Worker(*[1] * 10_000)
    worker.look = lambda look=worker.look: clock.sleep(1.0) or look()

    assert worker.drain() == DRAIN_S
    assert worker.order[-3:] == ["look", "silence", "ring"]


def test_a_stopping_worker_claims_nothing_new_and_rings_for_the_next_one():
    worker = Worker(1, 1, 1)
    worker.look = lambda look=worker.look: worker.context.stop.raise_it() or look()

    assert worker.drain() == 1
    assert worker.order == ["look", "silence", "ring"]


def test_a_failure_of_the_database_ends_it_with_the_bell_silenced_for_the_sweeper():
    worker = Worker()

    def refuse():
        raise StoreBusy("The disk is full.")

    worker.look = refuse

    assert worker.drain() == 0
    assert worker.order == ["silence"]
