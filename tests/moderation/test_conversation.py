"""A thread reads from top to bottom, however it was tied."""

from hypothesis import given
from hypothesis import strategies as st

from moderation.conversation import in_reply_order
from tests.builders import a_public_comment


def _ordered(*tied):
    comments = [a_public_comment(id, parent=parent) for id, parent in tied]
    return [(comment.id, comment.parent, comment.depth) for comment in in_reply_order(comments)]


def test_replies_follow_what_they_answer_in_the_order_of_arrival():
    ordered = _ordered(("a", ""), ("b", ""), ("a1", "a"), ("b1", "b"), ("a2", "a"), ("a11", "a1"))

    assert ordered == [("a", "", 0), ("a1", "a", 1), ("a11", "a1", 2), ("a2", "a", 1), ("b", "", 0), ("b1", "b", 1)]


def test_a_reply_to_a_comment_that_is_not_public_stands_by_itself():
    assert _ordered(("a", ""), ("orphan", "hidden"), ("child", "orphan")) == [
        ("a", "", 0),
        ("orphan", "", 0),
        ("child", "orphan", 1),
    ]


def test_a_circle_begins_with_its_first_comment_and_ends():
    assert _ordered(("a", "c"), ("b", "a"), ("c", "b"), ("self", "self"), ("d", "")) == [
        ("d", "", 0),
        ("a", "", 0),
        ("b", "a", 1),
        ("c", "b", 2),
        ("self", "", 0),
    ]


def test_a_chain_of_ten_thousand_replies_is_read():
    ordered = _ordered(("0", ""), *((str(number), str(number - 1)) for number in range(1, 10_000)))

    assert ordered[-1] == ("9999", "9998", 9_999)


def test_an_empty_thread_is_empty():
    assert in_reply_order([]) == []


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), unique_by=lambda tied: tied[0]))
def test_every_comment_is_told_once_and_after_its_parent(tied):
    ordered = _ordered(*((str(id), str(parent)) for id, parent in tied))

    assert sorted(id for id, _, _ in ordered) == sorted(str(id) for id, _ in tied)
    depth_of = {"": -1}
    for id, parent, depth in ordered:
        assert depth == depth_of[parent] + 1
        depth_of[id] = depth
