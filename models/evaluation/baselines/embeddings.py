"""Static word vectors: a text is the weighted mean of its word vectors, classified linearly or by a small network."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from models.evaluation.baselines.data import Baseline, Doubles, TrainingSet
from models.features.ngrams import Floats

WIDTH: Final = 200
_WORDS: Final = 40_000

Embed = Callable[[Sequence[str]], Floats]


def learned_vectors(texts: Sequence[str], width: int = WIDTH) -> tuple[Embed, int]:
    """Word vectors by latent semantic analysis of the texts, and their size in bytes."""
    words = TfidfVectorizer(min_df=2, max_features=_WORDS, sublinear_tf=True, dtype=np.float32)
    found = TruncatedSVD(width, n_iter=3, random_state=0).fit(words.fit_transform(texts))
    vectors = np.ascontiguousarray(found.components_.T, dtype=np.float32)
    size = vectors.nbytes + sum(len(word.encode()) + 5 for word in words.vocabulary_)
    return lambda texts: np.asarray(words.transform(texts) @ vectors), size


def embedding_baselines(training_set: TrainingSet, embed: Embed, size: int) -> Iterator[Baseline]:
    """The same vectors with logistic regression, then with one hidden layer of 64."""
    dense = np.asarray(embed(training_set.texts), dtype=np.float32)
    note = f"of {len(training_set.texts):,} texts"
    readers: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("LR", lambda: LogisticRegression(C=10.0, max_iter=200)),
        ("MLP of 64", network),
    )
    for reader, make in readers:
        heads = []
        for chosen, truth, weight in training_set.known():
            head = make_pipeline(StandardScaler(), make())
            heads.append(head.fit(dense[chosen], truth, **{f"{head.steps[-1][0]}__sample_weight": weight}))
        deep = reader != "LR"
        weights = 2 * dense.shape[1] * (64 if deep else 1)
        yield Baseline(
            f"LSA word vectors, {reader}", _scored(embed, heads), size + 4 * weights, note, is_network=deep
        )


def network() -> MLPClassifier:
    """One hidden layer, with early stopping on a tenth of the texts."""
    return MLPClassifier((64,), max_iter=8, early_stopping=True, n_iter_no_change=2, random_state=0)


def _scored(embed: Embed, heads: Sequence[Pipeline]) -> Callable[[Sequence[str]], Doubles]:
    def score(texts: Sequence[str]) -> Doubles:
        dense = np.asarray(embed(texts), dtype=np.float32)
        chances = np.stack([head.predict_proba(dense)[:, 1] for head in heads], axis=1)
        chances = np.clip(chances.astype(np.float64), 1e-9, 1 - 1e-9)
        return np.asarray(np.log(chances / (1 - chances)))

    return score
