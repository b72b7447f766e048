"""How near copies are counted: the latest one tells how many there were before."""

import pytest

from moderation.near_duplicates import ALIKE, CELLS, NOTHING, Copies, Seen, Sketch, find_copies
from tests.copies import count_copies

TEXT = Sketch((1, 2, 3), 0)


def _differing(cells):
    """A fingerprint that differs from 0 in so many cells."""
    return (1 << cells) - 1


def test_a_text_that_nobody_sent_before_has_no_copies():
    assert count_copies({"cmt_1": TEXT}, {}) == {"cmt_1": 0}
    assert count_copies({"cmt_1": TEXT}, {7: Seen(0, 5)}) == {"cmt_1": 0}


def test_a_copy_has_one_more_before_it_than_the_latest():
    assert count_copies({"cmt_1": TEXT}, {2: Seen(0, 5)}) == {"cmt_1": 6}


def test_of_several_alike_the_one_with_the_most_before_it_counts():
    assert count_copies({"cmt_1": TEXT}, {1: Seen(0, 2), 2: Seen(1, 5), 3: Seen(0, 0)}) == {"cmt_1": 6}


def test_copies_of_one_batch_are_counted_in_the_order_of_their_ids():
    assert count_copies({"cmt_3": TEXT, "cmt_1": TEXT, "cmt_2": TEXT}, {}) == {"cmt_1": 0, "cmt_2": 1, "cmt_3": 2}


@pytest.mark.parametrize(("cells", "copies"), [(CELLS - ALIKE, 1), (CELLS - ALIKE + 1, 0)])
def test_a_shared_passage_is_not_enough(cells, copies):
    assert count_copies({"cmt_1": TEXT}, {1: Seen(_differing(cells), 0)}) == {"cmt_1": copies}


def test_a_cell_that_differs_in_both_bits_differs_once():
    both = _differing(CELLS - ALIKE) | _differing(CELLS - ALIKE) << CELLS

    assert count_copies({"cmt_1": TEXT}, {1: Seen(both, 0)}) == {"cmt_1": 1}


def test_a_text_without_a_sketch_is_nobodys_copy():
    assert count_copies({"cmt_1": NOTHING, "cmt_2": NOTHING}, {1: Seen(0, 5)}) == {"cmt_1": 0, "cmt_2": 0}


def test_a_comment_that_was_edited_is_no_copy_of_itself():
    sketch = Sketch((1, 2), 7)

    assert find_copies({"cmt_1": sketch}, {1: Seen(7, 0, "cmt_1")}) == {"cmt_1": Copies()}
