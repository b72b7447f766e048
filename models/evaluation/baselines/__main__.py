"""`python -m models.evaluation.baselines`: train the rivals, judge them beside the shipped model, write
`frontier.json`.

About twenty minutes of one core. Costs are of this machine and this run: compare within a table only.
"""

import argparse
import json
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from models.artifact import SHIPPED
from models.evaluation.baselines.benchmark import Row, Scores, Sets, cost, joined, judging_sets, quality, scored
from models.evaluation.baselines.cascade import DOUBTFUL, second_opinion
from models.evaluation.baselines.data import HEADS, Baseline, Doubles, TrainingSet, training_part
from models.evaluation.baselines.distilled import distilled_rival
from models.evaluation.baselines.embeddings import learned_vectors, vector_rivals
from models.evaluation.baselines.fasttext import fasttext_rival
from models.evaluation.baselines.linear import linear_rivals
from models.evaluation.baselines.table import as_markdown
from models.evaluation.benchmarks import read_yardsticks
from models.scorer import Scorer, ScoringInput
from models.training.data_mixture import read_all
from models.training.train import say

TIMED: Final = 3_000  # comments
FEWER: Final = 100_000  # texts for the rivals that take longest to learn


def main() -> None:
    """Make the table from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)  # every rival has a budget of steps, and its note says so
    examples = list(read_all(chosen.data))
    sets = judging_sets(examples, read_yardsticks(chosen.data, frozenset(example.text for example in examples)))
    material = training_part(examples)
    say(f"{len(material.texts):,} texts to train on")
    with threadpool_limits(1):
        table = list(compare(shipped(chosen.model), material, sets))
    (chosen.model / "frontier.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(as_markdown(table))


def compare(ours: Baseline, material: TrainingSet, sets: Sets) -> Iterator[Row]:
    """A row for us, for each rival, and for each rival as second voice beside us."""
    mine = scored(ours, sets)
    yield _row(ours, mine, sets)
    for rival in rivals(material):
        theirs = scored(rival, sets)
        yield _row(rival, theirs, sets)
        yield {"name": f"ours and {rival.name}, mean", "note": "", **quality(joined(mine, theirs), sets)}
        if rival.second:
            name = f"ours, {rival.name} for the doubtful {DOUBTFUL:.0%}"
            yield {"name": name, "note": "", **quality(second_opinion(mine, theirs), sets)}


def shipped(folder: Path) -> Baseline:
    """Our model as it is served, without its evidence."""
    scorer = Scorer.load(folder)

    def score(texts: Sequence[str]) -> Doubles:
        scores = scorer.score_many([ScoringInput(body=text) for text in texts], told=False)
        chances = np.array([[score.labels[head] for head in HEADS] for score in scores])
        return np.asarray(np.log(chances) - np.log1p(-chances))

    size = sum(
        (folder / name).stat().st_size for name in ("words.txt", *(path.name for path in folder.glob("*.npy")))
    )
    return Baseline("ours, word rows", score, size, "eight labels and the submission's signs, not two labels")


def rivals(material: TrainingSet) -> Iterator[Baseline]:
    """Every rival that can be had here, trained; one after the other, so that only one is in memory."""
    yield from linear_rivals(material)
    fewer = material.thinned(FEWER)
    yield from vector_rivals(fewer, *learned_vectors(fewer.texts))
    for make in (fasttext_rival, distilled_rival):
        rival = make(fewer)
        if rival is None:
            say(f"{make.__name__}: left out")
        else:
            yield rival


def _row(rival: Baseline, scores: Scores, sets: Sets) -> Row:
    say(rival.name)
    wiki = sets.texts["jigsaw"]
    return {"name": rival.name, "note": rival.note, **quality(scores, sets), **cost(rival, wiki[:TIMED])}


if __name__ == "__main__":
    main()
