"""`python -m models.evaluation.source_ablation`: measures what each corpus contributes, by training without it.

Writes `source_ablation.json` next to the model. All fits, including the full one, use the same few solver steps and
are evaluated uncalibrated, without blending insult into abuse. So only the differences matter. The vocabulary is that
of all sources.
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
from models.evaluation.benchmarks import Benchmark, read_benchmarks
from models.evaluation.metrics import auc
from models.features.ngrams import word_hash
from models.inference.reader import is_ordinary
from models.text.lexicon import Lexicon
from models.training.data_mixture import read_all
from models.training.datasets import Example
from models.training.determinism import use_portable_arithmetic
from models.training.train import PEAK, Corpus, build_corpus, fit_head, log_progress, targets, text_sums
from models.training.vectorizer import Encoded, encode, feature_matrix

STEPS: Final = 25
DEV: Final = {
    "abuse": ("kaggle_insults", "surge_toxicity", "paradetox"),
    "spam": ("youtube Eminem", "instagram", "lm_blog spam"),
}
HAM: Final = "haacked"  # the negatives for data sets that have only spam

Bools = NDArray[np.bool_]
Row = dict[str, Any]
TestSet = tuple[Sequence[Example], Encoded, NDArray[np.float64]]  # texts, their encoding, labels


def main() -> None:
    """Write both tables from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    use_portable_arithmetic()
    examples = list(read_all(chosen.data))
    benchmarks = read_benchmarks(chosen.data, frozenset(example.text for example in examples))
    with threadpool_limits(1):
        corpus = build_corpus(examples)
        tables = {head: list(ablate(corpus, head, test_sets(corpus, benchmarks, head))) for head in DEV}
    (chosen.model / "source_ablation.json").write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")
    for head, table in tables.items():
        print(f"\n{head}\n\n{as_markdown(table)}")


def ablate(corpus: Corpus, head: str, dev: Mapping[str, TestSet], steps: int = STEPS) -> Iterator[Row]:
    """AUC of the full model, then of models without one source each: on the source's held-out part, and on dev."""
    full = fit_without(corpus, head, np.zeros(len(corpus.origins), dtype=bool), steps)
    yield {"without": "", "texts": 0, "own": None, "dev": auc_by_set(full, dev)}
    for source in source_names(corpus, head):
        excluded = corpus.origins == source
        own = held_out_part(corpus, head, excluded)
        without = fit_without(corpus, head, excluded, steps)
        log_progress(f"{head} without {source}")
        yield {
            "without": source,
            "texts": int((excluded & fitted_on(corpus, head)).sum()),
            "own": own and {"full": auc_on(full, own), "without": auc_on(without, own)},
            "dev": auc_by_set(without, dev),
        }


def source_names(corpus: Corpus, head: str) -> Sequence[str]:
    """The sources of a head's training data, the largest first. A changed copy belongs to its original's source."""
    names, sizes = np.unique(corpus.origins[fitted_on(corpus, head)], return_counts=True)
    return [str(names[i]) for i in np.argsort(-sizes, kind="stable")]


def fitted_on(corpus: Corpus, head: str) -> Bools:
    """Which examples a head is fitted on, shape (n_examples,)."""
    truth, weight = targets(corpus.examples, head)
    return np.asarray((corpus.parts == "train") & ~np.isnan(truth) & (weight > 0))


def fit_without(corpus: Corpus, head: str, excluded: Bools, steps: int) -> Artifact:
    """Fit one head without the excluded examples."""
    rows, grams, pairs, features = fit_head(corpus, head, excluded=excluded, steps=steps)
    words = list(corpus.lexicon.ids)
    return Artifact(
        words=words,
        word_weights=rows[:, None].astype(np.float16),
        gram_weights=grams[:, None].astype(np.float16),
        pair_weights=pairs[:, None].astype(np.float16),
        hashes=np.array([word_hash(word) for word in words], dtype=np.uint32),
        counts=np.array(corpus.lexicon.counts, dtype=np.uint32),
        ordinary=np.array([is_ordinary(word, corpus.lexicon) for word in words]),
        feature_weights=np.zeros(0) if features is None else features,
        manifest={"labels": [head]},
    )


def test_sets(corpus: Corpus, benchmarks: Mapping[str, Benchmark], head: str) -> dict[str, TestSet]:
    """The dev sets of a head; HAM supplies negatives for sets that have only spam."""
    found = {}
    for name in DEV[head]:
        texts, truth = list(benchmarks[name].texts), benchmarks[name].truth
        if truth.all():
            texts, truth = texts + benchmarks[HAM].texts, np.append(truth, np.zeros(len(benchmarks[HAM].texts)))
        examples = [Example(text, {}, name) for text in texts]
        found[name] = _readable(examples, encode(texts, corpus.lexicon), truth)
    return found


def held_out_part(corpus: Corpus, head: str, of: Bools) -> TestSet | None:
    """The held-out tenth of a source; None if it has fewer than ten texts of a class."""
    truth, _ = targets(corpus.examples, head)
    chosen = np.flatnonzero(of & (corpus.parts == "test") & ~np.isnan(truth))
    bad = truth[chosen] > 0.5
    if min(bad.sum(), (~bad).sum()) < 10:
        return None
    examples = [corpus.examples[i] for i in chosen.tolist()]
    encoded = encode((example.text for example in examples), corpus.lexicon)
    return _readable(examples, encoded, truth[chosen].astype(np.float64))


def _readable(examples: Sequence[Example], encoded: Encoded, truth: NDArray[np.float64]) -> TestSet:
    """Leave out texts without words."""
    kept = np.flatnonzero(encoded.lengths > 0)
    return (
        [examples[i] for i in kept.tolist()],
        Encoded(encoded.words, encoded.word_ids, encoded.ends[kept]),
        truth[kept],
    )


def auc_by_set(model: Artifact, sets: Mapping[str, TestSet]) -> dict[str, float]:
    """The AUC of a model on each test set."""
    return {name: auc_on(model, test_set) for name, test_set in sets.items()}


def auc_on(model: Artifact, test_set: TestSet) -> float:
    """The AUC of a model on a test set."""
    examples, encoded, truth = test_set
    [head] = model.manifest["labels"]
    sums = text_sums(model, encoded, np.arange(len(truth)))
    scores = (sums.whole + PEAK.get(head, 0.6) * sums.peak)[:, 0]
    if len(model.feature_weights):
        lexicon = Lexicon(dict(zip(model.words, model.counts.tolist(), strict=True)))
        scores = scores + feature_matrix(examples, lexicon) @ model.feature_weights
    return auc(truth, scores).value


def as_markdown(table: Sequence[Mapping[str, Any]]) -> str:
    """The AUC of the full model, then the change when a source is left out."""
    full, *rest = table
    names = list(full["dev"])
    lines = [
        f"| left out | texts | own tenth, full | without | {' | '.join(names)} |",
        f"|{'---|' * (4 + len(names))}",
        f"| nothing | | | | {' | '.join(f'{area:.3f}' for area in full['dev'].values())} |",
    ]
    for row in rest:
        own = f"{row['own']['full']:.3f} | {row['own']['without']:.3f}" if row["own"] else " | "
        changes = " | ".join(f"{row['dev'][name] - full['dev'][name]:+.3f}" for name in names)
        lines.append(f"| {row['without']} | {row['texts']:,} | {own} | {changes} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
