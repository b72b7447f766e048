"""scikit-learn pipelines: TF-IDF of words and character n-grams with logistic regression, plain and as NB-LR."""

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
INVERSE_REGULARIZATION: Final = 4.0  # C of LR; NB-LR uses a quarter, because its columns are larger
_BITS: Final = 18


def linear_baselines(training_set: TrainingSet, bits: int = _BITS) -> Iterator[Baseline]:
    """LR, then NB-LR, on the same matrix. Source of NB-LR: Wang and Manning 2012, without interpolation."""
    pipeline = word_and_character_grams(bits)
    texts = pipeline.fit_transform(training_set.texts)
    note = f"of {len(training_set.texts):,} texts, {STEPS} steps"
    names = {"scikit-learn, words 1-2 + char_wb 2-5, LR": False, "scikit-learn, the same n-grams, NB-LR": True}
    for name, ratios in names.items():
        yield _baseline(name, pipeline, _fit(texts, training_set, ratios=ratios), note)


def word_and_character_grams(bits: int = _BITS) -> Pipeline:
    """The vectorizer: hashed words and n-grams, 2 ** bits columns each, with IDF and L2 normalization."""
    kinds: tuple[dict[str, Any], ...] = (
        {"ngram_range": (1, 2)},
        {"analyzer": "char_wb", "ngram_range": (2, 5)},
    )
    shared = {"n_features": 1 << bits, "alternate_sign": False, "norm": None, "dtype": np.float32}
    grams = make_union(*(HashingVectorizer(**kind, **shared) for kind in kinds))
    return make_pipeline(grams, TfidfTransformer(sublinear_tf=True))


def _fit(texts: csr_matrix, training_set: TrainingSet, *, ratios: bool) -> tuple[Floats, Floats]:
    """The weights of both heads, shape (2, n_columns), and their intercepts."""
    weights, biases = [], []
    for chosen, truth, weight in training_set.known():
        rows = texts[chosen]
        scale = log_count_ratios(rows, truth, weight) if ratios else np.ones(rows.shape[1], dtype=np.float32)
        rows.data *= scale[rows.indices]
        model = LogisticRegression(C=INVERSE_REGULARIZATION / 4 if ratios else INVERSE_REGULARIZATION, max_iter=STEPS)
        model.fit(rows, truth, sample_weight=weight)
        weights.append(model.coef_[0] * scale)
        biases.append(model.intercept_[0])
    return np.array(weights, dtype=np.float32), np.array(biases, dtype=np.float32)


def log_count_ratios(rows: csr_matrix, truth: Floats, weight: Floats) -> Floats:
    """The smoothed log-count ratio of positives to negatives for each column, shape (n_columns,)."""
    bad = rows.T @ (weight * truth) + 1.0
    good = rows.T @ (weight * (1.0 - truth)) + 1.0
    return np.asarray(np.log(bad / bad.sum()) - np.log(good / good.sum()), dtype=np.float32)


def _baseline(name: str, pipeline: Pipeline, fit_without: tuple[Floats, Floats], note: str) -> Baseline:
    weights, biases = fit_without
    columns = np.ascontiguousarray(weights.T)

    def score(texts: Sequence[str]) -> Doubles:
        return np.asarray(pipeline.transform(texts) @ columns + biases, dtype=np.float64)

    return Baseline(name, score, columns.nbytes + 4 * pipeline[-1].idf_.size, note)
