"""What a reader said of flagged texts of a set that is presumed innocent: verdicts by hash, never the texts.

Each flagged text was read once, by itself: "spam" or "abuse" is guilty; "fine", "unclear" and what nobody read count
as innocent, so what is left after an audit is at most too high.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_VERDICTS: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("audit_labels.json").read_text(encoding="utf-8")
)


def audited_positives(texts: Sequence[str], head: str) -> NDArray[np.bool_]:
    """Which of the texts a reader called what the head ("spam" or "abuse") looks for, shape (n_texts,)."""
    verdicts = _VERDICTS[head]
    return np.array([verdicts.get(_digest(text)) == head for text in texts])


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
