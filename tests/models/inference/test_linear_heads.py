"""Tests for the sums behind a score."""

import numpy as np
import pytest

from models.inference.linear_heads import _once


def test_what_a_text_repeats_counts_once_and_what_another_text_said_is_new():
    numbers, buckets = np.array([7, 9, 7, 7]), np.array([5, 5, 9, 9])

    once = _once(numbers, buckets, lengths=np.array([3, 1]))

    assert once.tolist() == [[1, 1, 0, 1], [1, 0, 1, 1]]


def test_more_words_than_one_number_can_sort_are_refused_and_not_added_up_wrongly():
    numbers = np.array([0, 1 << 60])

    with pytest.raises(OverflowError, match="take fewer texts"):
        _once(numbers, numbers, lengths=np.array([1, 1]))
