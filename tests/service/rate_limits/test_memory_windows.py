"""The windows of a process and those on a real Valkey count alike."""

import time
from inspect import signature

import pytest

from moderation.dispatch import RedisProblem
from service.rate_limits.memory_windows import Hit, LocalWindows
from service.rate_limits.redis_windows import SharedWindows


@pytest.fixture(params=["in the process", "in Redis"])
def windows(request, valkey):
    """Windows that have counted nothing yet."""
    if request.param == "in the process":
        yield LocalWindows()
        return
    shared = SharedWindows(valkey)
    yield shared
    shared._redis.close()


def test_each_window_holds_one_more(windows):
    hits = [Hit("a", 60, 10), Hit("b", 3600, 10)]

    counts = [windows.count(hits), windows.count(hits[1:]), windows.count(hits)]

    assert counts == [[1, 1], [2], [2, 3]]


def test_nothing_is_counted_behind_a_window_that_holds_too_many(windows):
    hits = [Hit("a", 60, 10), Hit("b", 60, 1), Hit("c", 60, 10)]
    windows.count(hits)

    assert windows.count(hits) == [2, 2]
    assert windows.count(hits[2:]) == [2]


def test_a_window_adds_up_amounts(windows):
    counts = [windows.count([Hit("bytes", 60, 10, amount=amount), Hit("b", 60, 9)]) for amount in (4, 4, 4)]

    assert counts == [[4, 1], [8, 2], [12]]
    assert 0 < windows.seconds_left("bytes") <= 60


def test_a_window_tells_when_it_ends(windows):
    windows.count([Hit("a", 60, 10)])
    windows.count([Hit("a", 60, 10)])

    assert 0 < windows.seconds_left("a") <= 60


def test_the_windows_of_one_process_know_no_clock_that_can_be_set_back():
    assert signature(LocalWindows).parameters["clock"].default is time.monotonic


def test_windows_whose_redis_is_away_say_so(tmp_path):
    with pytest.raises(RedisProblem):
        SharedWindows(f"unix://{tmp_path}/nobody").count([Hit("a", 60, 10)])
