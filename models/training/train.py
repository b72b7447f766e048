"""`python -m models.training.train`: trains a model from the public corpora. The same data give the same digest."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from threadpoolctl import threadpool_limits

from models.artifact import SHIPPED, Artifact, load, save, write_manifest
from models.features.ngrams import Floats, gram_buckets, word_hash
from models.features.submission import FEATURES
from models.inference.linear_heads import Sums, sum_words
from models.inference.reader import is_ordinary
from models.scorer import Scorer, ScoringInput
from models.text.lexicon import Lexicon
from models.training.calibration import fit_curve
from models.training.data_mixture import SPAM_WEIGHTS, read_all
from models.training.datasets import FOREIGN, HEADS, SOURCES, Example
from models.training.determinism import use_portable_arithmetic
from models.training.golden_sample import SAMPLE
from models.training.logistic_regression import FactoredLogistic
from models.training.vectorizer import (
    Encoded,
    count_words,
    encode,
    feature_matrix,
    inverse_document_frequency,
    pair_matrix,
    swearing_sums,
    text_matrix,
    word_matrix,
)
from models.training.weights import (
    SWEARING,
    blend,
    boost_second_person,
    cap_identity,
    identity_rows,
    rounded,
    with_hate,
)

NAME: Final = "rejoinder-2026.11"
DIGITS: Final = 12  # of the golden sample's scores; versions of numpy differ in the sixteenth digit
MIN_COUNT: Final = 5  # occurrences in the training data from which a word is in the vocabulary
GRAM_SCALE: Final = 0.5  # a word has some twenty n-grams beside its own column
PAIR_SCALE: Final = 0.8
GRAM_STEP, PAIR_STEP = 1 / 1024, 1 / 512  # weights are rounded to multiples: no score moves by 0.001, files halve
STEPS: Final = 110
PAIR_BOOST: Final = {"spam": 1.5}  # spam is recognized by its phrases; 1 for the other heads
FEATURE_SCALE: Final = 2.0  # so that regularization does not favour the many n-grams over the few features
PEAK: Final = {"spam": 0.5}  # weight of the strongest window relative to the whole text; 0.6 for the other heads
FOREIGN_CORPORA: Final = ("germeval", "told_br", "mlma_fr", "beep")  # real comments, to calibrate on
INVERSE_REGULARIZATION: Final = {"spam": 3.0}  # C; 1.5 for the other heads


@dataclass(frozen=True, slots=True)
class Corpus:
    """All examples as matrices.

    parts, sources, origins: of each example; the origin of a changed copy is the source of its original.
    texts, pairs: texts x words, texts x pairs. words: words x (own columns and n-grams).
    word_scales, pair_scales: the factors by which columns of words and pairs have been multiplied.
    """

    examples: Sequence[Example]
    lexicon: Lexicon
    encoded: Encoded
    parts: NDArray[Any]
    sources: NDArray[Any]
    origins: NDArray[Any]
    texts: csr_matrix
    pairs: csr_matrix
    words: csr_matrix
    word_scales: Floats
    pair_scales: Floats


def main() -> None:
    """Train from the command line and print the version."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--out", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    use_portable_arithmetic()
    with threadpool_limits(1):  # one thread sums in one order, so the result is reproducible to the bit
        log_progress(train(chosen.data, chosen.out))


def train(data: Path, out: Path) -> str:
    """Train all heads and write the artifact; returns its version."""
    corpus = build_corpus(list(read_all(data)))
    columns = []
    feature_weights = np.zeros(len(FEATURES))
    for label in HEADS:
        *column, head_features = fit_head(corpus, label)
        columns.append(column)
        feature_weights = feature_weights if head_features is None else head_features
    rows, grams, pairs = (np.stack(column, axis=1) for column in zip(*columns, strict=True))
    rows, grams, pairs = (blend(boost_second_person(rows, corpus.lexicon)), blend(grams), blend(pairs))
    rows = cap_identity(rows, corpus.lexicon)
    manifest: dict[str, Any] = {
        "name": NAME,
        "labels": list(HEADS),
        "features": list(FEATURES),
        "heads": {label: {"whole": 1.0, "peak": 0.0, "bias": 0.0} for label in HEADS},
        "sources": [
            {"name": s.name, "licence": s.licence, "file": s.path, "sha256": s.digest(data)} for s in SOURCES
        ],
    }
    artifact = Artifact(
        words=list(corpus.lexicon.ids),
        word_weights=with_hate(rows.astype(np.float16), identity_rows(corpus.lexicon)).astype(np.float16),
        gram_weights=rounded(with_hate(rounded(grams, GRAM_STEP)), GRAM_STEP),
        pair_weights=rounded(with_hate(rounded(pairs, PAIR_STEP)), PAIR_STEP),
        hashes=np.array([word_hash(word) for word in corpus.lexicon.ids], dtype=np.uint32),
        counts=np.array(corpus.lexicon.counts, dtype=np.uint32),
        ordinary=np.array([is_ordinary(word, corpus.lexicon) for word in corpus.lexicon.ids]),
        feature_weights=feature_weights,
        manifest=manifest,
    )
    save(calibrate(artifact, corpus), out)
    return record_golden_sample(out)


def record_golden_sample(out: Path) -> str:
    """Write the model's scores of the golden sample to its manifest; returns the model's version."""
    scorer = Scorer.load(out)
    scores = scorer.score_many([ScoringInput(body=text) for text in SAMPLE])
    sample = [
        {"text": text, "spam": round(score.spam, DIGITS), "abuse": round(score.abuse, DIGITS)}
        for text, score in zip(SAMPLE, scores, strict=True)
    ]
    write_manifest({**load(out).manifest, "sample": sample}, out)
    return scorer.version


def build_corpus(examples: Sequence[Example]) -> Corpus:
    """Read all texts into matrices. Only the training part decides on the vocabulary."""
    log_progress(f"{len(examples):,} texts read")
    counts = count_words(example.text for example in examples if example.part == "train")
    lexicon = Lexicon({word: times for word, times in counts.most_common() if times >= MIN_COUNT})
    encoded = encode((example.text for example in examples), lexicon)
    known = len(lexicon.counts)
    log_progress(f"{len(encoded.word_ids):,} words, {known:,} of them known")
    texts, pairs = text_matrix(encoded), pair_matrix(encoded)
    words = word_matrix(encoded.words, known)
    seen = np.bincount(texts.indices, minlength=texts.shape[1]).astype(np.float32)
    word_scales = inverse_document_frequency(words.T @ seen, len(examples))
    word_scales[known:] *= GRAM_SCALE
    pair_scales = inverse_document_frequency(pairs, len(examples)) * PAIR_SCALE
    return Corpus(
        examples=examples,
        lexicon=lexicon,
        encoded=encoded,
        parts=np.array([example.part for example in examples]),
        sources=np.array([example.source for example in examples]),
        origins=np.array([example.corpus or example.source for example in examples]),
        texts=texts,
        pairs=(pairs @ diags(pair_scales)).tocsr().astype(np.float32),
        words=(words @ diags(word_scales)).tocsr().astype(np.float32),
        word_scales=word_scales,
        pair_scales=pair_scales,
    )


def fit_head(
    corpus: Corpus, label: str, *, excluded: NDArray[np.bool_] | None = None, steps: int = STEPS
) -> tuple[Floats, Floats, Floats, NDArray[np.float64] | None]:
    """Fit one label; returns the weights of known words, of n-grams, of pairs, and for spam of the features.

    excluded: shape (n_examples,), examples not to fit on; None for none. steps: maximum iterations of the solver.
    """
    truth, weight = targets(corpus.examples, label)
    is_fitted = (corpus.parts == "train") & ~np.isnan(truth) & (weight > 0)
    fit = np.flatnonzero(is_fitted if excluded is None else is_fitted & ~excluded)
    pair_boost = np.float32(PAIR_BOOST.get(label, 1.0))
    blocks = [(corpus.texts[fit], corpus.words), (corpus.pairs[fit] * pair_boost,)]
    other = spam_features(corpus, fit) * FEATURE_SCALE if label == "spam" else one_hot(corpus.origins[fit])
    blocks.append((other,))
    model = FactoredLogistic(C=INVERSE_REGULARIZATION.get(label, 1.5), max_iter=steps)
    model.fit(blocks, truth[fit], weight[fit])
    log_progress(f"{label}: {len(fit):,} texts, {model.n_iter_} steps")
    known = len(corpus.lexicon.counts)
    grams = model.coef_[0][known:] * corpus.word_scales[known:]
    rows = np.asarray(corpus.words[:known] @ model.coef_[0])
    feature_weights = model.coef_[2].astype(np.float64) * FEATURE_SCALE if label == "spam" else None
    return rows, grams, model.coef_[1] * corpus.pair_scales * pair_boost, feature_weights


def targets(examples: Sequence[Example], label: str) -> tuple[Floats, Floats]:
    """The target of each example for a label, NaN where unknown, and its weight; each shape (n_examples,)."""
    if label == FOREIGN:
        foreign = [{} if example.language == "en" else example.labels for example in examples]
        truth = np.array([each.get(label, each.get("abuse", np.nan)) for each in foreign], dtype=np.float32)
        return truth, np.array([example.weight for example in examples], dtype=np.float32)
    truth = np.array([example.labels.get(label, np.nan) for example in examples], dtype=np.float32)
    if label == "spam":
        return truth, np.array([SPAM_WEIGHTS.get(example.source, 0.0) for example in examples], dtype=np.float32)
    return truth, np.array([example.weight for example in examples], dtype=np.float32)


def spam_features(corpus: Corpus, chosen: NDArray[np.int64]) -> csr_matrix:
    """The submission features of the chosen examples, shape (n_chosen, n_features)."""
    examples = [corpus.examples[i] for i in chosen]
    return csr_matrix(feature_matrix(examples, corpus.lexicon).astype(np.float32))


def one_hot(sources: NDArray[Any]) -> csr_matrix:
    """One column per source, not used in serving: absorbs each source's share of positives."""
    kinds, numbers = np.unique(sources, return_inverse=True)
    cells = (np.ones(len(sources), dtype=np.float32), (np.arange(len(sources)), numbers))
    return csr_matrix(cells, shape=(len(sources), len(kinds)))


def calibrate(artifact: Artifact, corpus: Corpus) -> Artifact:
    """Fit the calibration of each label on the tuning part; returns the artifact with it."""
    heads: dict[str, dict[str, Any]] = {}
    for at, label in enumerate(HEADS):
        truth, weight = targets(corpus.examples, label)
        tune = (corpus.parts == "tune") & ~np.isnan(truth) & (weight > 0) & (corpus.encoded.lengths > 0)
        if label == FOREIGN:
            tune &= np.isin(corpus.sources, FOREIGN_CORPORA)
        elif label != "spam":
            tune &= corpus.sources == "jigsaw"  # the only corpus with a natural share of abuse
        chosen = np.flatnonzero(tune)
        sums = text_sums(artifact, corpus.encoded, chosen)
        peak = PEAK.get(label, 0.6)
        added = sums.whole[:, at] + peak * sums.peak[:, at]
        if label == "spam":
            added = added + spam_features(corpus, chosen) @ artifact.feature_weights
        if label == FOREIGN:
            added = added + swearing_sums([corpus.examples[i] for i in chosen.tolist()], corpus.lexicon)
        curve = fit_curve(added, peak, truth[chosen], weight[chosen], rare=label in ("spam", FOREIGN))
        heads[label] = asdict(curve)
        log_progress(f"{label}: {curve}")
    heads[FOREIGN]["swearing"] = {each: unit * heads[FOREIGN]["whole"] for each, unit in SWEARING.items()}
    feature_weights = artifact.feature_weights * heads["spam"]["whole"]
    return replace(artifact, feature_weights=feature_weights, manifest={**artifact.manifest, "heads": heads})


def text_sums(artifact: Artifact, encoded: Encoded, chosen: NDArray[np.int64]) -> Sums:
    """The sums of the chosen texts, computed by the serving code."""
    starts = encoded.ends - encoded.lengths
    texts = [encoded.word_ids[starts[i] : encoded.ends[i]] for i in chosen]
    numbers = np.concatenate(texts)
    distinct, places = np.unique(numbers, return_inverse=True)
    known = len(artifact.words)
    table = np.zeros((len(distinct), artifact.word_weights.shape[1]))
    new = distinct >= known
    table[~new] = artifact.word_weights[distinct[~new]]
    new_words = [encoded.words[i] for i in distinct[new]]
    buckets, owners = gram_buckets(new_words)
    added_vectors = np.zeros((len(new_words), table.shape[1]))
    np.add.at(added_vectors, owners, artifact.gram_weights[buckets].astype(np.float64))
    table[new] = added_vectors
    hashes = np.array([word_hash(encoded.words[i]) for i in distinct], dtype=np.uint64)
    lengths = np.array([len(text) for text in texts])
    return sum_words(artifact, numbers, table[places], hashes[places], lengths)


_BEGAN: Final = time.monotonic()


def log_progress(message: object) -> None:
    """Print a line with the seconds since the start."""
    print(f"{time.monotonic() - _BEGAN:6.0f} s  {message}", flush=True)


if __name__ == "__main__":
    main()
