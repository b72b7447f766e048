import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.edits import MAX_WORDS, Kind, Piece, around_changes, difference

SAME, REMOVED, ADDED = Kind.SAME, Kind.REMOVED, Kind.ADDED


def pieces(before, after):
    return [(piece.kind, piece.text) for piece in difference(before, after)]


def test_a_word_that_changed_is_named_with_what_it_was():
    assert pieces("I like rye bread.", "I like white bread.") == [
        (SAME, "I like "),
        (REMOVED, "rye"),
        (ADDED, "white"),
        (SAME, " bread."),
    ]


def test_what_was_added_or_removed_alone_stands_alone():
    assert pieces("One.", "One. Two.") == [(SAME, "One."), (ADDED, " Two.")]
    assert pieces("One. Two.", "One.") == [(SAME, "One."), (REMOVED, " Two.")]


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = difference(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind is not REMOVED) == after
    assert "".join(piece.text for piece in pieces if piece.kind is not ADDED) == before


def test_words_that_changed_side_by_side_are_one_change():
    assert pieces("rest overnight in a kitchen.", "rest for a day.") == [
        (SAME, "rest "),
        (REMOVED, "overnight in"),
        (ADDED, "for"),
        (SAME, " a "),
        (REMOVED, "kitchen."),
        (ADDED, "day."),
    ]
    assert pieces("an old oven", "a hot oven") == [(REMOVED, "an old"), (ADDED, "a hot"), (SAME, " oven")]


def test_two_long_texts_without_a_common_beginning_are_not_compared_word_by_word():
    before, after = ("a b " * MAX_WORDS), ("b a " * MAX_WORDS)

    assert pieces(before, after) == [(REMOVED, before[:-1]), (ADDED, after[:-1]), (SAME, " ")]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_long_stretches_without_a_change_are_cut(place):
    pieces = [Piece(ADDED, "new"), Piece(ADDED, "new")]
    pieces.insert(place, Piece(SAME, "x" * 500))

    assert len(around_changes(pieces, context=20)[place].text) <= 43
