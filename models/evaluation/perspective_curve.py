"""`python -m models.evaluation.perspective_curve`: carries thresholds over that were chosen for Perspective.

Perspective and this model give one text different numbers. The curve maps our probability to the number that
Perspective would give a text of the same rank, so that a threshold flags about as many texts as before. It is fitted
on 10,000 comments of Wikipedia with Perspective's own scores for TOXICITY (Pavlopoulos et al. 2020); for no other
attribute are such scores at hand.
"""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.artifact import SHIPPED
from models.scorer import Scorer, ScoringInput

FILE: Final = "perspective.json"
LABEL: Final = "abuse"
RANKS: Final = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1)
"""The ranks at which the curve has a point, denser where thresholds are."""

THRESHOLDS: Final = (0.3, 0.5, 0.7, 0.8, 0.9)

Values = NDArray[np.float64]


def main() -> None:
    """Fit the curve, write it beside the model, and print how well it carries thresholds over."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    given = options.parse_args()
    scorer = Scorer.load(given.model)
    texts, theirs = read_scores(given.data)
    scores = scorer.score_many([ScoringInput(text) for text in texts], with_evidence=False)
    ours = np.array([score.labels[LABEL] for score in scores])
    curve = fit(ours, theirs)
    shares = carried_over(ours, theirs)
    value = {"model": scorer.version, "attribute": "TOXICITY", "label": LABEL, "texts": len(texts), **curve}
    (given.model / FILE).write_text(json.dumps({**value, "shares": shares}, indent=1) + "\n", encoding="utf-8")
    print("| threshold | flagged by Perspective | by the curve | in common |")
    print("|---|---|---|---|")
    for row in shares:
        print(f"| {row['threshold']} | {row['perspective']:.2%} | {row['curve']:.2%} | {row['common']:.2%} |")


def read_scores(data: Path) -> tuple[list[str], Values]:
    """The texts, and Perspective's TOXICITY of each."""
    with gzip.open(data / "dev" / "wikipedia_context_toxicity" / "gn.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    known = [row for row in rows if row.get("perspective") is not None]
    return [row["text"] for row in known], np.array([row["perspective"] for row in known])


def fit(ours: Values, theirs: Values) -> dict[str, list[float]]:
    """The points of the curve: equal ranks among our probabilities and theirs. Both lists rise, from 0 to 1."""
    points = {0.0: 0.0}
    for x, y in zip(np.quantile(ours, RANKS).tolist(), np.quantile(theirs, RANKS).tolist(), strict=True):
        points[round(x, 6)] = round(max(y, *points.values()), 6)
    points[1.0] = 1.0
    return {"ours": list(points), "theirs": list(points.values())}


def carried_over(ours: Values, theirs: Values) -> list[dict[str, Any]]:
    """For each threshold the share of texts that it flags, with a curve that was fitted on the other half of them."""
    mapped, is_even = np.empty_like(ours), np.arange(len(ours)) % 2 == 0
    for part in (is_even, ~is_even):
        curve = fit(ours[~part], theirs[~part])
        mapped[part] = np.interp(ours[part], curve["ours"], curve["theirs"])
    return [
        {
            "threshold": threshold,
            "perspective": round(float((theirs >= threshold).mean()), 6),
            "curve": round(float((mapped >= threshold).mean()), 6),
            "common": round(float(((theirs >= threshold) & (mapped >= threshold)).mean()), 6),
        }
        for threshold in THRESHOLDS
    ]


if __name__ == "__main__":
    main()
