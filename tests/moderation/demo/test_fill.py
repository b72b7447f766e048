"""Invented comments are as real ones: counted, found, decided, in groups; and only where there are no others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comment import Status
from moderation.demo.fill import Plan, fill
from moderation.demo.invent import invent
from moderation.demo.phrases import VOICES
from moderation.errors import Invalid, NotFound
from moderation.priority import Group, group_of
from moderation.queue import Order, Search
from tests.builders import ADA, DAY, NOON, received

PLAN = Plan("demo", 600, 150, ADA, NOON)


@pytest.fixture(scope="module")
def voices():
    return [invent(number, is_waiting=False, authors=50) for number in range(500)]


def _search(**changes):
    return replace(Search(sites=("demo",), order=Order.PRIORITY, limit=100), **changes)


def test_a_site_has_so_many_of_each_status_and_all_are_accounted_for(store):
    done = []

    fill(store, PLAN, progress=done.append)

    with store.read() as uow:
        counts = uow.queue.counts(_search())
        whole = uow.statistics.conservation()
    assert done == [600]
    assert counts["pending"].number == 150
    assert sum(each.number for each in counts.values()) == 600
    assert min(each.number for each in counts.values()) > 50
    assert whole.is_whole


def test_what_waits_has_campaigns_runs_and_known_authors_and_is_as_new_as_the_queue(store):
    fill(store, PLAN)

    with store.read() as uow:
        details = uow.queue.details(uow.queue.page(_search()).comments)
        campaigns = uow.campaigns.largest(sites=["demo"], limit=10)
    groups = {
        group_of(each.comment, each.comment.score, approved=each.author.approved, rejected=each.author.rejected)
        for each in details
    }
    assert groups >= {Group.COPIES, Group.FINE, Group.SPAM}
    assert len(campaigns) == 3
    assert min(each.comment.received_at for each in details) > NOON - 2 * DAY


def test_comments_are_found_by_their_words_and_by_an_address(store):
    fill(store, PLAN)

    with store.read() as uow:
        assert uow.queue.page(_search(status=None, text="oven")).comments
        by_address = uow.queue.page(_search(status=Status.APPROVED, author="reader3@reader3.example")).comments
    assert len(by_address) > 1


def test_there_are_threads_with_replies(store):
    fill(store, PLAN)

    with store.read() as uow:
        found = uow.queue.page(_search(status=Status.APPROVED)).comments
    assert [each for each in found if each.parent_id]
    assert len({each.thread.id for each in found}) > 3


def test_the_comments_are_in_fourteen_languages(voices):
    assert {each.language for each in voices} == {voice.language for voice in VOICES}
    assert len(VOICES) == 14


def test_nothing_is_invented_beside_real_comments(store):
    comment = received(store)

    with pytest.raises(Invalid, match="comments already"):
        fill(store, PLAN)

    with store.read() as uow:
        assert [each.id for each in uow.queue.page(_search()).comments] == [comment.id]


@pytest.mark.parametrize("changes", [{"count": 0}, {"waiting": 601}, {"count": 100_000_000}])
def test_a_count_out_of_bounds_is_named(store, changes):
    with pytest.raises(Invalid, match=r"from 1 to 10.?000.?000"):
        fill(store, replace(PLAN, **changes))


def test_a_site_that_does_not_exist_is_named(store):
    with pytest.raises(NotFound):
        fill(store, replace(PLAN, site_id="nowhere"))


def test_the_newest_came_just_now_and_the_oldest_within_a_year():
    times = [PLAN.received_at(number) for number in range(PLAN.count)]

    assert times == sorted(times)
    assert times[-1] == NOON
    assert times[0] >= NOON - timedelta(days=365)
