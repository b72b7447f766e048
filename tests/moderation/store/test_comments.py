"""Claims and leases: no two workers hold the same comment, and none is lost to a worker that died."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from moderation.audit import AuditEvent
from moderation.decision import Action
from moderation.errors import NotFound
from moderation.queue import Search
from moderation.rules import History
from moderation.store.comments import COUNTED
from tests.builders import (
    ADA,
    DAY,
    LEASE,
    NOON,
    SECOND,
    a_decision,
    a_site,
    a_submission,
    received,
    settled,
)
from tests.explaining import explaining
from tests.waiting import LIMIT_S

SOON = NOON + 60 * SECOND


def _claim(store, *, limit=10, at=SOON, retries=False):
    return store.write(lambda uow: uow.comments.claim(limit=limit, at=at, lease=LEASE, retries=retries))


def _unclaimed(store, *, before=SOON, at=SOON):
    with store.read() as uow:
        return uow.comments.count_unclaimed(before=before, at=at)


def _any_unclaimed(store, *, at=SOON):
    with store.read() as uow:
        return uow.comments.any_unclaimed(at=at)


def test_the_oldest_comments_are_claimed_first(store):
    newest, oldest, middle = (received(store, at=NOON + minutes * timedelta(minutes=1)) for minutes in (2, 0, 1))

    assert {comment.id for comment in _claim(store, limit=2)} == {oldest.id, middle.id}
    assert {comment.id for comment in _claim(store, limit=2)} == {newest.id}


def test_what_one_worker_holds_another_passes_over(store):
    received(store)

    assert len(_claim(store)) == 1
    assert _claim(store) == []
    assert _claim(store, retries=True) == []


def test_a_lease_that_ran_out_gives_the_comment_to_the_retries_alone(store):
    received(store)
    [first] = _claim(store)

    assert _claim(store, at=SOON + LEASE - SECOND, retries=True) == []
    assert _claim(store, at=SOON + LEASE) == []
    [again] = _claim(store, at=SOON + LEASE, retries=True)
    assert (first.attempts, again.attempts) == (1, 2)


def test_a_comment_that_was_given_back_is_tried_again_at_once(store):
    received(store)
    [claimed] = _claim(store)

    store.write(lambda uow: uow.comments.release([claimed.id]))

    assert _claim(store) == []
    assert [comment.id for comment in _claim(store, retries=True)] == [claimed.id]


def test_a_comment_that_was_decided_or_scored_is_not_claimed(store):
    scored, decided = received(store), received(store)
    settled(store, scored)
    store.write(lambda uow: uow.decisions.add([a_decision(decided, by=ADA)]))

    assert _claim(store) == []
    assert _unclaimed(store) == 0


def test_workers_at_the_same_moment_share_the_comments_between_them(store):
    wanted = {received(store).id for _ in range(40)}
    together = threading.Barrier(4)

    def work():
        together.wait(timeout=LIMIT_S)
        mine = []
        while claimed := _claim(store, limit=3):
            mine += [comment.id for comment in claimed]
        return mine

    with ThreadPoolExecutor(4) as pool:
        held = [id for each in [pool.submit(work) for _ in range(4)] for id in each.result(timeout=LIMIT_S)]

    assert sorted(held) == sorted(wanted)


def test_only_what_waits_too_long_and_is_held_by_nobody_is_counted(store):
    received(store)
    received(store, at=NOON + 2 * SECOND)

    assert _unclaimed(store, before=NOON - SECOND) == 0
    assert _unclaimed(store, before=NOON) == 1
    assert (_unclaimed(store), _any_unclaimed(store)) == (2, (True, False))
    _claim(store)
    assert (_unclaimed(store), _any_unclaimed(store)) == (0, (False, False))
    later = SOON + LEASE
    assert (_unclaimed(store, at=later), _any_unclaimed(store, at=later)) == (2, (False, True))


def test_an_authors_history_is_of_one_site_and_not_of_the_comment_itself(store):
    other = a_site("other")
    store.write(lambda uow: uow.sites.add(other, at=NOON))
    approved, rejected = received(store), received(store)
    elsewhere = received(store, site=other)
    comment = received(store)
    for about, action in ((approved, "approve"), (elsewhere, "approve"), (rejected, "reject")):
        _decide(store, about, action)

    with store.read() as uow:
        assert uow.comments.histories([comment.id]) == {comment.id: History(approved=1, rejected=1)}


def test_equal_texts_count_only_when_they_are_earlier_of_this_site_and_of_this_week(store):
    other = a_site("other")
    store.write(lambda uow: uow.sites.add(other, at=NOON))
    text_again = a_submission("The very same text.")
    old = received(store, text_again, at=NOON - 8 * DAY)
    first = received(store, text_again)
    received(store, text_again, site=other)
    second = received(store, a_submission("the very  same TEXT"), at=SOON)

    with store.read() as uow:
        histories = uow.comments.histories([old.id, first.id, second.id])

    assert [histories[comment.id].same_text for comment in (old, first, second)] == [0, 0, 1]


def test_a_history_counts_to_a_hundred(store):
    comments = [received(store, a_submission("Flood.")) for _ in range(COUNTED + 5)]
    last = received(store, a_submission("Flood."), at=SOON)
    store.write(lambda uow: uow.decisions.add([a_decision(comment) for comment in comments]))

    with store.read() as uow:
        assert uow.comments.histories([last.id])[last.id] == History(
            approved=100, same_text=100, own_text=100, same_text_now=100
        )


def test_an_erased_comment_is_not_there(store):
    comment = received(store)
    store.write(lambda uow: uow.connection.execute(text("UPDATE comments SET erased_at = 1, email_sealed = NULL")))

    with store.read() as uow, pytest.raises(NotFound):
        uow.comments.get(comment.id)
    with store.read() as uow, pytest.raises(NotFound):
        uow.comments.email_of(comment.id)
    with store.read() as uow:
        assert uow.statistics.conservation().erased == 1
        assert uow.statistics.conservation().is_whole


def test_a_comment_that_nobody_sent_is_not_found(store):
    with store.read() as uow, pytest.raises(NotFound) as missed:
        uow.comments.get("cmt_nobody")

    assert missed.value.kind == "comment"


def test_no_frequent_question_reads_a_whole_table(sqlite_store):
    comment = settled(sqlite_store, received(sqlite_store))

    def ask(rows):
        rows.comments.claim(limit=256, at=SOON, lease=LEASE)
        rows.comments.claim(limit=1, at=SOON, lease=LEASE, retries=True)
        rows.comments.count_unclaimed(before=SOON, at=SOON)
        rows.comments.any_unclaimed(at=SOON)
        rows.comments.histories([comment.id])
        rows.comments.email_of(comment.id)
        rows.statistics.conservation()
        rows.statistics.oldest_unscored()
        rows.statistics.oldest_pending()
        rows.statistics.deliveries()
        rows.threads.public_comments(rows.threads.outline(comment.thread.id))
        rows.queue.page(Search(sites=("demo",)))
        rows.queue.detail(comment.id)
        rows.comments.unscored([comment])
        rows.published.counts("demo", ["a-page"])
        rows.published.latest("demo", limit=9)
        rows.published.threads(a_site(), limit=9, at=NOON)
        rows.sketches.seen("demo", [1, 2])
        rows.audit.append("demo", [AuditEvent(SOON, "x", "x", "x")])

    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(ask)
        received(sqlite_store)

    assert len(steps) > 20
    big = ("comments", "decisions", "audit", "sketches", "scores", "deliveries")
    assert [each for each in steps if each in {f"SCAN {table}" for table in big}] == []


def _decide(store, comment, action):
    store.write(lambda uow: uow.decisions.add([a_decision(comment, Action(action))]))
