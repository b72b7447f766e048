"""`python -m models.evaluation.baselines`: trains the baselines and compares them with the model.

Writes `baselines.json` next to the model; takes about twenty minutes on one core. Costs depend on the machine and the
run, so compare them only within one table.
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
from models.evaluation.baselines.benchmark import Row, Scores, Sets, average, cost, evaluation_sets, quality, scored
from models.evaluation.baselines.cascade import UNCERTAIN_SHARE, cascade
from models.evaluation.baselines.data import HEADS, Baseline, Doubles, TrainingSet, training_part
from models.evaluation.baselines.distilled import distilled_baseline
from models.evaluation.baselines.embeddings import embedding_baselines, learned_vectors
from models.evaluation.baselines.fasttext import fasttext_baseline
from models.evaluation.baselines.linear import linear_baselines
from models.evaluation.baselines.table import as_markdown
from models.evaluation.benchmarks import read_benchmarks
from models.scorer import Scorer, ScoringInput
from models.training.data_mixture import read_all
from models.training.train import log_progress

TIMED: Final = 3_000  # comments
SLOW_LIMIT: Final = 100_000  # training texts for the slowest baselines


def main() -> None:
    """Write the table from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)  # the number of steps is limited on purpose; the notes say so
    examples = list(read_all(chosen.data))
    sets = evaluation_sets(examples, read_benchmarks(chosen.data, frozenset(example.text for example in examples)))
    training_set = training_part(examples)
    log_progress(f"{len(training_set.texts):,} texts to train on")
    with threadpool_limits(1):
        table = list(compare(shipped(chosen.model), training_set, sets))
    (chosen.model / "baselines.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(as_markdown(table))


def compare(ours: Baseline, training_set: TrainingSet, sets: Sets) -> Iterator[Row]:
    """A row for our model, one for each baseline, and one for each combination of the two."""
    own = scored(ours, sets)
    yield _row(ours, own, sets)
    for baseline in train_baselines(training_set):
        other = scored(baseline, sets)
        yield _row(baseline, other, sets)
        yield {"name": f"ours and {baseline.name}, mean", "note": "", **quality(average(own, other), sets)}
        if baseline.is_network:
            name = f"ours, {baseline.name} for the uncertain {UNCERTAIN_SHARE:.0%}"
            yield {"name": name, "note": "", **quality(cascade(own, other), sets)}


def shipped(folder: Path) -> Baseline:
    """Our model, as it is served, without evidence."""
    scorer = Scorer.load(folder)

    def score(texts: Sequence[str]) -> Doubles:
        scores = scorer.score_many([ScoringInput(body=text) for text in texts], with_evidence=False)
        chances = np.array([[score.labels[head] for head in HEADS] for score in scores])
        return np.asarray(np.log(chances) - np.log1p(-chances))

    size = sum(
        (folder / name).stat().st_size for name in ("words.txt", *(path.name for path in folder.glob("*.npy")))
    )
    return Baseline("ours", score, size, "eight labels and submission features instead of two labels")


def train_baselines(training_set: TrainingSet) -> Iterator[Baseline]:
    """Train the available baselines one after the other, so that only one is in memory."""
    yield from linear_baselines(training_set)
    subset = training_set.subsample(SLOW_LIMIT)
    yield from embedding_baselines(subset, *learned_vectors(subset.texts))
    for make in (fasttext_baseline, distilled_baseline):
        baseline = make(subset)
        if baseline is None:
            log_progress(f"{make.__name__}: left out")
        else:
            yield baseline


def _row(baseline: Baseline, scores: Scores, sets: Sets) -> Row:
    log_progress(baseline.name)
    wiki = sets.texts["jigsaw"]
    return {"name": baseline.name, "note": baseline.note, **quality(scores, sets), **cost(baseline, wiki[:TIMED])}


if __name__ == "__main__":
    main()
