"""Tests for the sums behind a score."""

import numpy as np
import pytest

from models.heads import _once


def test_more_words_than_one_number_can_sort_are_refused_and_not_added_up_wrongly():
    keys, groups = np.array([0, 1 << 40]), np.array([0, 1 << 40])

    with pytest.raises(OverflowError, match="take fewer texts"):
        _once(keys, groups)
