"""`python -m models.evaluation.source_ablation`: what each corpus brings. Both heads are fitted again without each
source in turn.

Writes `holdout.json` beside the model. Every fit has the same few steps of the solver, the full one too, and its sums
are judged as they are: no calibration, no share of the insult head. So the differences count, not the digits. The
list of known words stays that of all sources; what their words mean is learned anew.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from models.artifact import SHIPPED, Artifact
from models.evaluation.benchmarks import Benchmark, read_yardsticks
from models.evaluation.metrics import auc
from models.features.ngrams import word_hash
from models.features.submission import surface
from models.inference.token_cache import is_ordinary
from models.text.lexicon import Lexicon
from models.training.data_mixture import read_all
from models.training.datasets import Example
from models.training.determinism import use_plainest
from models.training.train import PEAK, Corpus, fit_head, gather, say, sums_of, targets
from models.training.vectorizer import Encoded, Encoder

STEPS: Final = 25
DEV: Final = {
    "abuse": ("kaggle_insults", "surge_toxicity", "paradetox"),
    "spam": ("youtube Eminem", "instagram", "lm_blog spam"),
}
HAM: Final = "haacked"  # what the sets that hold only spam are set against

Bools = NDArray[np.bool_]
Row = dict[str, Any]
Exam = tuple[Sequence[Example], Encoded, NDArray[np.float64]]  # texts, the same as numbers, the truth


def main() -> None:
    """Make both tables from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    use_plainest()
    examples = list(read_all(chosen.data))
    sticks = read_yardsticks(chosen.data, frozenset(example.text for example in examples))
    with threadpool_limits(1):
        corpus = gather(examples)
        tables = {head: list(leave_out(corpus, head, exams(corpus, sticks, head))) for head in DEV}
    (chosen.model / "holdout.json").write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")
    for head, table in tables.items():
        print(f"\n{head}\n\n{as_markdown(table)}")


def leave_out(corpus: Corpus, head: str, dev: Mapping[str, Exam], steps: int = STEPS) -> Iterator[Row]:
    """The full model's AUC on every exam, then that of a model without each source: on its own tenth, and on dev."""
    full = fitted(corpus, head, np.zeros(len(corpus.origins), dtype=bool), steps)
    yield {"without": "", "texts": 0, "own": None, "dev": areas(full, dev)}
    for source in taught_by(corpus, head):
        missing = corpus.origins == source
        own = own_tenth(corpus, head, missing)
        poorer = fitted(corpus, head, missing, steps)
        say(f"{head} without {source}")
        yield {
            "without": source,
            "texts": int((missing & learned(corpus, head)).sum()),
            "own": own and {"full": areas(full, {"own": own})["own"], "without": areas(poorer, {"own": own})["own"]},
            "dev": areas(poorer, dev),
        }


def taught_by(corpus: Corpus, head: str) -> Sequence[str]:
    """The sources from which a head learns, the largest first; a changed copy belongs to its original's source."""
    names, sizes = np.unique(corpus.origins[learned(corpus, head)], return_counts=True)
    return [str(names[i]) for i in np.argsort(-sizes, kind="stable")]


def learned(corpus: Corpus, head: str) -> Bools:
    """Which examples a head is fitted on when none is left out."""
    truth, weight = targets(corpus.examples, head)
    return np.asarray((corpus.parts == "train") & ~np.isnan(truth) & (weight > 0))


def fitted(corpus: Corpus, head: str, missing: Bools, steps: int) -> Artifact:
    """A model of one head, fitted on everything that is not missing."""
    rows, grams, pairs, signs = fit_head(corpus, head, missing=missing, steps=steps)
    words = list(corpus.lexicon.numbers)
    return Artifact(
        words=words,
        rows=rows[:, None],
        grams=grams[:, None].astype(np.float16),
        pairs=pairs[:, None].astype(np.float16),
        hashes=np.array([word_hash(word) for word in words], dtype=np.uint32),
        counts=np.array(corpus.lexicon.counts, dtype=np.uint32),
        ordinary=np.array([is_ordinary(word, corpus.lexicon) for word in words]),
        signs=np.zeros(0) if signs is None else signs,
        manifest={"labels": [head]},
    )


def exams(corpus: Corpus, sticks: Mapping[str, Benchmark], head: str) -> dict[str, Exam]:
    """The dev sets of a head; where a set holds only spam, the honest comments of HAM are added."""
    found = {}
    for name in DEV[head]:
        texts, truth = list(sticks[name].texts), sticks[name].truth
        if truth.all():
            texts, truth = texts + sticks[HAM].texts, np.append(truth, np.zeros(len(sticks[HAM].texts)))
        examples = [Example(text, {}, name) for text in texts]
        found[name] = _readable(examples, Encoder(corpus.lexicon).encode(texts), truth)
    return found


def own_tenth(corpus: Corpus, head: str, of: Bools) -> Exam | None:
    """The held-out tenth of a source; None where it lacks one of both kinds."""
    truth, _ = targets(corpus.examples, head)
    chosen = np.flatnonzero(of & (corpus.parts == "test") & ~np.isnan(truth))
    bad = truth[chosen] > 0.5
    if min(bad.sum(), (~bad).sum()) < 10:
        return None
    examples = [corpus.examples[i] for i in chosen.tolist()]
    encoded = Encoder(corpus.lexicon).encode(example.text for example in examples)
    return _readable(examples, encoded, truth[chosen].astype(np.float64))


def _readable(examples: Sequence[Example], encoded: Encoded, truth: NDArray[np.float64]) -> Exam:
    """Without the texts in which there is no word at all."""
    kept = np.flatnonzero(encoded.lengths > 0)
    return (
        [examples[i] for i in kept.tolist()],
        Encoded(encoded.words, encoded.numbers, encoded.ends[kept]),
        truth[kept],
    )


def areas(model: Artifact, asked: Mapping[str, Exam]) -> dict[str, float]:
    """The AUC of a model on each exam."""
    [head] = model.manifest["labels"]
    correct = Lexicon(dict(zip(model.words, model.counts.tolist(), strict=True))).correct
    found = {}
    for name, (examples, encoded, truth) in asked.items():
        sums = sums_of(model, encoded, np.arange(len(truth)))
        added = (sums.whole + PEAK.get(head, 0.6) * sums.peak)[:, 0]
        if len(model.signs):
            added = added + np.array([surface(example, correct) for example in examples]) @ model.signs
        found[name] = auc(truth, added).value
    return found


def as_markdown(table: Sequence[Mapping[str, Any]]) -> str:
    """The full model's AUC, then by how much each is changed when a source is left out."""
    full, *rest = table
    names = list(full["dev"])
    lines = [
        f"| left out | texts | own tenth, full | without | {' | '.join(names)} |",
        f"|{'---|' * (4 + len(names))}",
        f"| nothing | | | | {' | '.join(f'{area:.3f}' for area in full['dev'].values())} |",
    ]
    for row in rest:
        own = f"{row['own']['full']:.3f} | {row['own']['without']:.3f}" if row["own"] else " | "
        moved = " | ".join(f"{row['dev'][name] - full['dev'][name]:+.3f}" for name in names)
        lines.append(f"| {row['without']} | {row['texts']:,} | {own} | {moved} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
