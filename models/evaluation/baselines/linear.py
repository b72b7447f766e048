"""scikit-learn's own pipeline: TF-IDF of words and character n-grams, logistic regression, then NB-LR."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from models.evaluation.baselines.data import Baseline, Doubles, TrainingSet
from models.features.ngrams import Floats

STEPS: Final = 60
STRENGTH: Final = 4.0  # C, of LR; that of NB-LR is a quarter, since its columns are larger
_BITS: Final = 18


def linear_rivals(material: TrainingSet, bits: int = _BITS) -> Iterator[Baseline]:
    """LR, then NB-LR, on the same matrix. Source of NB-LR: Wang and Manning 2012, interpolation left out."""
    pipeline = word_and_character_grams(bits)
    texts = pipeline.fit_transform(material.texts)
    note = f"of {len(material.texts):,} texts, {STEPS} steps"
    yield _served("scikit-learn, words 1-2 + char_wb 2-5, LR", pipeline, _fit(texts, material, ratios=False), note)
    yield _served("scikit-learn, the same n-grams, NB-LR", pipeline, _fit(texts, material, ratios=True), note)


def word_and_character_grams(bits: int = _BITS) -> Pipeline:
    """The vectoriser: two hashed halves, 2 ** bits columns each, then inverse document frequency and unit length."""
    kinds: tuple[dict[str, Any], ...] = (
        {"ngram_range": (1, 2)},
        {"analyzer": "char_wb", "ngram_range": (2, 5)},
    )
    shared = {"n_features": 1 << bits, "alternate_sign": False, "norm": None, "dtype": np.float32}
    grams = make_union(*(HashingVectorizer(**kind, **shared) for kind in kinds))
    return make_pipeline(grams, TfidfTransformer(sublinear_tf=True))


def _fit(texts: csr_matrix, material: TrainingSet, *, ratios: bool) -> tuple[Floats, Floats]:
    """The weights of both heads, shape (2, n_columns), and their intercepts."""
    weights, biases = [], []
    for chosen, truth, weight in material.known():
        rows = texts[chosen]
        scale = log_count_ratios(rows, truth, weight) if ratios else np.ones(rows.shape[1], dtype=np.float32)
        rows.data *= scale[rows.indices]
        model = LogisticRegression(C=STRENGTH / 4 if ratios else STRENGTH, max_iter=STEPS)
        model.fit(rows, truth, sample_weight=weight)
        weights.append(model.coef_[0] * scale)
        biases.append(model.intercept_[0])
    return np.array(weights, dtype=np.float32), np.array(biases, dtype=np.float32)


def log_count_ratios(rows: csr_matrix, truth: Floats, weight: Floats) -> Floats:
    """How much more of each column the positives have, as a logarithm, shape (n_columns,); one is added to each."""
    bad = rows.T @ (weight * truth) + 1.0
    good = rows.T @ (weight * (1.0 - truth)) + 1.0
    return np.asarray(np.log(bad / bad.sum()) - np.log(good / good.sum()), dtype=np.float32)


def _served(name: str, pipeline: Pipeline, fitted: tuple[Floats, Floats], note: str) -> Baseline:
    weights, biases = fitted
    columns = np.ascontiguousarray(weights.T)

    def score(texts: Sequence[str]) -> Doubles:
        return np.asarray(pipeline.transform(texts) @ columns + biases, dtype=np.float64)

    return Baseline(name, score, columns.nbytes + 4 * pipeline[-1].idf_.size, note)
