"""The curve by which thresholds that were chosen for Perspective keep their meaning.

`models/evaluation/perspective_curve.py` fits it and tells what it is worth.
"""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import models

FILE = "perspective.json"
SHIPPED = Path(models.__file__).parent / "trained" / "rejoinder"


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising line through points from (0, 0) to (1, 1). model: the version that it was fitted for."""

    model: str
    attribute: str
    ours: Sequence[float]
    theirs: Sequence[float]

    def at(self, probability: float) -> float:
        """The number that Perspective would give a text of the same rank."""
        n = min(bisect_right(self.ours, probability), len(self.ours) - 1)
        left, right = self.ours[n - 1], self.ours[n]
        share = (probability - left) / (right - left)
        return self.theirs[n - 1] + share * (self.theirs[n] - self.theirs[n - 1])


@lru_cache(maxsize=4)
def curve_of(model_path: Path | None) -> Curve | None:
    """The curve that lies beside a model; None without one."""
    try:
        value = json.loads(((model_path or SHIPPED) / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Curve(value["model"], value["attribute"], tuple(value["ours"]), tuple(value["theirs"]))
