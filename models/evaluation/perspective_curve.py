"""`python -m models.evaluation.perspective_curve`: carries thresholds over that were chosen for Perspective.

Perspective and this model give one text different numbers. The curve gives our k-th highest probability the k-th
highest number of Perspective, so that a threshold flags as many texts as before. It is fitted on 10,000 comments of
Wikipedia with Perspective's own scores for TOXICITY (Pavlopoulos et al. 2020; one of them is in the training data),
and checked in ten parts, each with a curve that was fitted on the other nine. For no other attribute are such scores
at hand.

Writes `perspective.json` beside the model, and the card if the model has been evaluated. Run it for every new model:
a curve is used with the model that it was fitted on, and with no other.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from models.artifact import SHIPPED
from models.evaluation.card import perspective_table
from models.evaluation.evaluate import write_card
from models.evaluation.metrics import share
from models.scorer import Scorer, ScoringInput
from models.training.datasets import rows

FILE: Final = "perspective.json"
SET: Final = "dev/wikipedia_context_toxicity/gn.jsonl.gz"
LABEL: Final = "toxic"
"""It ranks texts most like TOXICITY: its AUC for those that Perspective gives 0.8 is 0.994, that of `abuse` 0.973."""

THRESHOLDS: Final = (0.5, 0.7, 0.8, 0.9)
PARTS: Final = 10
FEWEST: Final = 5
"""How many texts must be above a point of the curve: a point that rests on fewer would be chance."""

_GRID: Final = tuple(round(0.05 * n, 2) for n in range(1, 20))

Values = NDArray[np.float64]


def main() -> None:
    """Fit the curve, write it beside the model, and print how well it carries thresholds over."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    given = options.parse_args()
    curve = fitted(given.data, given.model)
    (given.model / FILE).write_text(json.dumps(curve, indent=1) + "\n", encoding="utf-8")
    if (given.model / "evaluation.json").exists():
        write_card(given.model)
    print(perspective_table(curve))


def fitted(data: Path, model: Path) -> Mapping[str, Any]:
    """The curve for a model, with its check."""
    scorer, texts = Scorer.load(model), list(rows(data / SET))
    scores = scorer.score_many([ScoringInput(row["text"]) for row in texts], with_evidence=False)
    ours = np.array([score.labels[LABEL] for score in scores])
    theirs = np.array([row["perspective"] for row in texts])
    part = np.array([int(sha256(row["id"].encode()).hexdigest()[:8], 16) % PARTS for row in texts])
    return {
        "model": scorer.version,
        "attribute": "TOXICITY",
        "label": LABEL,
        "file": SET,
        "sha256": sha256((data / SET).read_bytes()).hexdigest(),
        "texts": len(texts),
        **fit(ours, theirs),
        "check": check(ours, theirs, part),
    }


def fit(ours: Values, theirs: Values) -> dict[str, list[float]]:
    """The points of the curve: as many of our probabilities reach one as of their numbers. Both rise from 0 to 1."""
    descending = np.sort(ours)[::-1]
    points = [(0.0, 0.0)]
    for number in _GRID:
        flagged = int(np.sum(theirs >= number))
        if not FEWEST <= flagged < len(ours):
            continue
        probability = round(float(descending[flagged - 1] + descending[flagged]) / 2, 6)
        if points[-1][0] < probability < 1.0:
            points.append((probability, number))
    points.append((1.0, 1.0))
    return {"ours": [each for each, _ in points], "theirs": [each for _, each in points]}


def check(ours: Values, theirs: Values, part: NDArray[np.int64]) -> dict[str, Any]:
    """What thresholds flag of texts that the curve was not fitted on. part: of each text, from 0 on.

    plain: what they flag without a curve. same: both flag a text, or neither does. found: of what Perspective flags.
    """
    mapped = np.empty_like(ours)
    for each in range(PARTS):
        held_out = part == each
        curve = fit(ours[~held_out], theirs[~held_out])
        mapped[held_out] = np.interp(ours[held_out], curve["ours"], curve["theirs"])
    table = []
    for threshold in THRESHOLDS:
        flagged, by_curve, plain = (values >= threshold for values in (theirs, mapped, ours))
        shares = {"perspective": flagged, "curve": by_curve, "plain": plain, "same": flagged == by_curve}
        shares |= {"found": by_curve[flagged]}
        table.append({"threshold": threshold} | {name: asdict(share(hits)) for name, hits in shares.items()})
    return {"rank_correlation": float(spearmanr(ours, theirs).statistic), "thresholds": table}


if __name__ == "__main__":
    main()
