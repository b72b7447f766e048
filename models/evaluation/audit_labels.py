"""Manual labels of flagged texts in a data set that is presumed to be innocent; stored by hash, without the texts.

Each flagged text was read once, on its own: "spam" or "abuse" are true positives; "fine", "unclear" and unread texts
count as false ones. So the false alarms after the audit are an upper bound.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LABELS: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("audit_labels.json").read_text(encoding="utf-8")
)


def audited_positives(texts: Sequence[str], head: str) -> NDArray[np.bool_]:
    """Which texts were labelled as true positives of the head ("spam" or "abuse"), shape (n_texts,)."""
    labels = _LABELS[head]
    return np.array([labels.get(_digest(text)) == head for text in texts])


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
