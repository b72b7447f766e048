"""`python -m models.train`: from the public corpora to the artifact that is shipped. Same data, same hash."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from models.artifact import SHIPPED, Artifact, save
from models.datasets import LABELS, SOURCES, Example, read_all
from models.features import GRAM_BITS, PAIR_BITS, word_hash
from models.pipeline import Encoder, count_words, pair_matrix, text_matrix, word_matrix
from models.solver import FactoredLogistic
from models.words import Lexicon

KEEP_FROM = 5  # times a word must occur in training to have a row of its own
GRAM_SCALE, PAIR_SCALE = 0.3, 0.5
C = 4.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--out", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    with threadpool_limits(1):
        print(train(chosen.data, chosen.out))


def train(data: Path, out: Path) -> str:
    """Train every head and write the artifact; returns its version."""
    examples = list(read_all(data))
    say(f"{len(examples)} texts read")
    counts = count_words(example.text for example in examples if example.part == "train")
    lexicon = Lexicon({word: times for word, times in counts.most_common() if times >= KEEP_FROM})
    encoded = Encoder(lexicon).encode(example.text for example in examples)
    known = len(lexicon.counts)
    say(f"{len(encoded.numbers)} words, {known} known")
    texts, pairs = text_matrix(encoded), pair_matrix(encoded) * PAIR_SCALE
    words = (word_matrix(encoded.words, known) @ scales(known)).tocsr()
    part = np.array([example.part for example in examples])
    sources = one_hot([example.source for example in examples])
    columns, heads = [], {}
    for label in LABELS:
        truth = np.array([example.labels.get(label, np.nan) for example in examples], dtype=np.float32)
        weight = np.array([example.weight for example in examples], dtype=np.float32)
        if label == "spam":
            truth, weight = with_wikipedia_as_ham(truth, weight, examples)
        fit, tune = (part == "train") & ~np.isnan(truth), (part == "tune") & ~np.isnan(truth)
        model = FactoredLogistic(C=C).fit([(texts[fit], words), (pairs[fit],), (sources[fit],)], truth[fit], weight[fit])
        rows = words @ model.coef_[0]
        margins = texts[tune] @ rows + pairs[tune] @ model.coef_[1]
        curve = LogisticRegression(C=1e6).fit(margins[:, None], truth[tune], sample_weight=weight[tune])
        heads[label] = {"whole": float(curve.coef_[0, 0]), "peak": 0.0, "bias": float(curve.intercept_[0])}
        columns.append((rows[:known], model.coef_[0][known:] * GRAM_SCALE, model.coef_[1] * PAIR_SCALE))
        say(f"{label}: {model.n_iter_} steps, slope {heads[label]['whole']:.2f}")
    rows, grams, pair_rows = (np.stack(column, axis=1) for column in zip(*columns, strict=True))
    manifest: dict[str, Any] = {
        "name": "rejoinder-2026.11",
        "labels": list(LABELS),
        "heads": heads,
        "sources": [{"name": s.name, "licence": s.licence, "file": s.path, "sha256": s.digest(data)} for s in SOURCES],
    }
    artifact = Artifact(
        words=list(lexicon.numbers),
        rows=rows.astype(np.float32),
        grams=grams.astype(np.float16),
        pairs=pair_rows.astype(np.float16),
        hashes=np.array([word_hash(word) for word in lexicon.numbers], dtype=np.uint32),
        counts=np.array(lexicon.counts, dtype=np.uint32),
        manifest=manifest,
    )
    return save(artifact, out)


def scales(known: int) -> csr_matrix:
    """How much each kind of feature may weigh: a word has one row but some twenty n-grams."""
    factors = np.full(known + (1 << GRAM_BITS), GRAM_SCALE, dtype=np.float32)
    factors[:known] = 1.0
    return diags(factors).tocsr()


def one_hot(names: list[str]) -> csr_matrix:
    """A column per source, so that a source's share of abuse is not learned as words; dropped when serving."""
    kinds = sorted(set(names))
    cells = (np.ones(len(names), dtype=np.float32), (np.arange(len(names)), [kinds.index(name) for name in names]))
    return csr_matrix(cells, shape=(len(names), len(kinds)))


def with_wikipedia_as_ham(truth: Any, weight: Any, examples: list[Example]) -> tuple[Any, Any]:
    """Talk pages hold next to no spam: every eighth text serves as an example of what is none."""
    wiki = np.array([example.source == "jigsaw" for example in examples]) & (np.arange(len(examples)) % 8 == 0)
    return np.where(wiki, 0.0, truth).astype(np.float32), np.where(wiki, 0.5, weight).astype(np.float32)


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
