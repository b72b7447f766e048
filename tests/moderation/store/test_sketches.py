"""Near copies are found again, unlike texts are not, and a flood of one text costs no room."""

from dataclasses import replace

from moderation import triage
from moderation.store.sketches import ENOUGH_COPIES
from moderation.triage import Scored
from tests.builders import DAY, NOON, SECOND, a_score, received

BIG = 2**63 - 1


def _add(store, bands_of, *, site="demo", at=NOON):
    store.write(lambda rows: rows.sketches.add(site, bands_of, at=at))


def _copies(store, bands_of, site="demo"):
    with store.read() as rows:
        return rows.sketches.near_copies(site, bands_of)


def test_two_shared_bands_make_a_near_copy_and_one_does_not(store):
    _add(store, {"cmt_1": [1, 2, 3, -BIG, BIG]})

    assert _copies(store, {"cmt_2": [1, 7, 8]}) == {"cmt_2": 0}
    assert _copies(store, {"cmt_2": [-BIG, BIG, 8]}) == {"cmt_2": 1}


def test_only_what_came_earlier_is_a_copy_of(store):
    _add(store, {"cmt_5": [1, 2]})

    assert _copies(store, {"cmt_4": [1, 2], "cmt_5": [1, 2], "cmt_6": [1, 2]}) == {"cmt_4": 0, "cmt_5": 1, "cmt_6": 2}


def test_copies_are_of_one_site(store):
    _add(store, {"cmt_1": [1, 2]}, site="other")

    assert _copies(store, {"cmt_2": [1, 2]}) == {"cmt_2": 0}


def test_a_text_too_short_for_a_sketch_has_no_copies(store):
    _add(store, {"cmt_1": []})

    assert _copies(store, {"cmt_2": []}) == {"cmt_2": 0}


def test_a_sketch_may_be_added_twice(store):
    _add(store, {"cmt_1": [1, 2, 2]})
    _add(store, {"cmt_1": [1, 2]})

    with store.read() as rows:
        assert rows.sketches.count() == 2


def test_old_sketches_are_forgotten(store):
    _add(store, {"cmt_1": [1, 2]}, at=NOON - DAY)
    _add(store, {"cmt_2": [1, 2]}, at=NOON)

    assert store.write(lambda rows: rows.sketches.forget(before=NOON)) == 2
    assert _copies(store, {"cmt_3": [1, 2]}) == {"cmt_3": 1}


def test_many_bands_are_looked_up_at_once(store):
    sketches = {f"cmt_{number:04}": list(range(number * 32, number * 32 + 32)) for number in range(256)}
    _add(store, sketches)

    later = {f"cmt_{number + 1000:04}": bands for number, bands in enumerate(sketches.values())}
    assert set(_copies(store, later).values()) == {1}


def test_of_a_text_that_came_often_enough_no_further_sketch_is_kept(store):
    few, many = received(store), received(store)
    few, many = replace(few, near_copies=ENOUGH_COPIES - 1), replace(many, near_copies=ENOUGH_COPIES)

    triage.settle(
        store, [Scored(few, a_score()), Scored(many, a_score())], {few.id: (1,), many.id: (2,)}, at=NOON + SECOND
    )

    with store.read() as rows:
        assert rows.sketches.count() == 1
        assert rows.comments.get(many.id).near_copies == ENOUGH_COPIES
