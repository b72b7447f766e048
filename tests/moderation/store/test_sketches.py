"""What was seen with each passage is found again, and a flood of one text costs no room."""

from dataclasses import replace

from moderation import triage
from moderation.near_duplicates import Seen, Sketch
from moderation.store.sketches import BEGINNING
from moderation.triage import Scored
from tests.builders import DAY, NOON, SECOND, a_score, received

BIG = 2**63 - 1
WHOLE = 2**128 - 1


def _keep(store, latest, *, site="demo", at=NOON):
    store.write(lambda uow: uow.sketches.keep(site, latest, at=at))


def _seen(store, passages, site="demo"):
    with store.read() as uow:
        return uow.sketches.seen(site, passages)


def _count(store):
    with store.read() as uow:
        return uow.sketches.count()


def test_what_was_seen_with_a_passage_comes_back_as_it_was(store):
    latest = {-BIG: Seen(WHOLE, 3), 0: Seen(0, 0), BIG: Seen(5, 60)}
    _keep(store, latest)

    assert _seen(store, [7, BIG, -BIG, 0, 0]) == latest


def test_the_latest_text_takes_the_place_of_the_one_before(store):
    _keep(store, {1: Seen(5, 0), 2: Seen(5, 0)})
    _keep(store, {2: Seen(6, 1)}, at=NOON + SECOND)

    assert _seen(store, [1, 2]) == {1: Seen(5, 0), 2: Seen(6, 1)}


def test_sketches_are_of_one_site(store):
    _keep(store, {1: Seen(5, 0)}, site="other")

    assert _seen(store, [1]) == {}


def test_what_was_not_seen_again_is_forgotten(store):
    _keep(store, {1: Seen(5, 0), 2: Seen(5, 0)}, at=NOON - DAY)
    _keep(store, {2: Seen(5, 1)}, at=NOON)

    assert store.write(lambda uow: uow.sketches.forget(before=NOON, limit=100)) == (1, None)
    assert _seen(store, [1, 2]) == {2: Seen(5, 1)}


def test_thousands_of_passages_are_looked_up_at_once(store):
    latest = {number: Seen(number, 0) for number in range(3_000)}
    _keep(store, latest)

    assert _seen(store, range(5_000)) == latest


def test_a_flood_of_copies_costs_no_room(store):
    comments = [replace(received(store), near_copies=number) for number in range(20)]
    sketches = {comment.id: Sketch((1, 2), WHOLE) for comment in comments}

    triage.settle(store, [Scored(comment, a_score()) for comment in comments], sketches, at=NOON + SECOND)

    assert _count(store) == 2
    assert _seen(store, [1])[1][:2] == (WHOLE, 19)


def test_old_rows_are_deleted_in_batches_that_each_read_a_bounded_part_of_the_table(store):
    _keep(store, {passage: Seen(1, 0) for passage in range(-5, 5)}, at=NOON - SECOND)
    deleted, place = [], BEGINNING

    while place is not None:
        some, place = store.write(lambda uow, after=place: uow.sketches.forget(before=NOON, after=after, limit=4))
        deleted.append(some)

    assert deleted == [4, 4, 2]
    with store.read() as uow:
        assert uow.sketches.count() == 0
