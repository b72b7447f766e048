"""The sums behind a score."""

import numpy as np
import pytest

from models.inference.linear_heads import _first_occurrences


def test_what_a_text_repeats_counts_first_occurrences_and_what_another_text_said_is_new():
    word_ids, buckets = np.array([7, 9, 7, 7]), np.array([5, 5, 9, 9])

    first = _first_occurrences(word_ids, buckets, lengths=np.array([3, 1]))

    assert first.tolist() == [[1, 1, 0, 1], [1, 0, 1, 1]]


def test_a_batch_that_overflows_64_bits_is_refused():
    word_ids = np.array([0, 1 << 60])

    with pytest.raises(OverflowError, match="use fewer texts"):
        _first_occurrences(word_ids, word_ids, lengths=np.array([1, 1]))
