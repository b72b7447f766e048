"""alt-profanity-check, the only offline classifier on PyPI for this task; used for comparison if it is installed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def profanity_check(texts: Sequence[str]) -> NDArray[np.float64] | None:
    """Its probability that each text is profane, shape (n_texts,); None if it is not installed."""
    try:
        from profanity_check import predict_prob
    except ImportError:
        return None
    parts = [predict_prob(list(texts[i : i + 5000])) for i in range(0, len(texts), 5000)]
    return np.concatenate(parts)
