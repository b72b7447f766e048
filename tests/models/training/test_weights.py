"""What training does to the fitted weights of the heads."""

import numpy as np

from models.training.datasets import HEADS
from models.training.weights import HATE_SHARE, with_hate

ABUSE, HATE = HEADS.index("abuse"), HEADS.index("identity_attack")


def test_hate_of_a_group_is_a_part_of_abuse_and_of_no_other_head() -> None:
    weights = np.zeros((2, len(HEADS)), dtype=np.float16)
    weights[0, HATE], weights[1, ABUSE] = 8.0, 2.0

    mixed = with_hate(weights)

    assert np.allclose(mixed[:, ABUSE], [8.0 * HATE_SHARE, 2.0])
    assert np.array_equal(with_hate(weights, spared=[0])[0], weights[0])
    assert np.array_equal(np.delete(mixed, ABUSE, axis=1), np.delete(weights, ABUSE, axis=1))
