"""Logistic regression on a factored design matrix.

The matrix texts x n-grams equals (texts x words) @ (words x n-grams). The factors have a tenth of the non-zeros, so
this finds the optimum of scikit-learn's `LogisticRegression` in a tenth of the time. A test compares the two.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin

from models.features.ngrams import Floats

Block = tuple[csr_matrix, ...]


class FactoredLogistic(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """L2-regularized logistic regression on the columns of several blocks, each a product of sparse matrices.

    C: inverse strength of regularisation, as in scikit-learn. The intercept is not regularized.
    """

    def __init__(self, C: float = 1.0, max_iter: int = 100, tol: float = 1e-4) -> None:  # noqa: N803
        self.C = C
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, blocks: Sequence[Block], y: Floats, sample_weight: Floats) -> "FactoredLogistic":
        """blocks: tuples of matrices whose product has one row per text. y: shape (n_texts,), 0 or 1."""
        forward = [[matrix.astype(np.float32) for matrix in block] for block in blocks]
        backward = [[matrix.T.tocsr() for matrix in block] for block in forward]
        sizes = [block[-1].shape[1] for block in forward]
        cuts = np.cumsum(sizes)
        signs = np.where(y > 0.5, 1.0, -1.0).astype(np.float32)

        def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
            weights = np.split(parameters[:-1].astype(np.float32), cuts[:-1])
            margins = np.full(len(signs), parameters[-1], dtype=np.float32)
            for block, part in zip(forward, weights, strict=True):
                margins += _times(block[::-1], part)
            margins *= signs
            losses = np.logaddexp(0.0, -margins)
            residuals = -signs * sample_weight * _sigmoid(-margins)
            gradients = [_times(block, residuals) for block in backward]
            gradient = np.concatenate([*gradients, [residuals.sum()]]).astype(np.float64) * self.C
            gradient[:-1] += parameters[:-1]
            value = self.C * float(sample_weight @ losses) + 0.5 * float(parameters[:-1] @ parameters[:-1])
            return value, gradient

        start = np.zeros(sum(sizes) + 1)
        rate = float(np.average(y, weights=sample_weight))
        start[-1] = np.log(rate / (1.0 - rate))
        found = minimize(
            loss,
            start,
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": self.max_iter, "gtol": self.tol, "maxcor": 10},
        )
        self.classes_ = np.array([0, 1])
        self.coef_ = np.split(found.x[:-1].astype(np.float32), cuts[:-1])
        self.intercept_ = float(found.x[-1])
        self.n_iter_ = found.nit
        return self

    def decision_function(self, blocks: Sequence[Block]) -> Floats:
        """The log-odds of each text, shape (n_texts,)."""
        parts = [_times(block[::-1], weights) for block, weights in zip(blocks, self.coef_, strict=True)]
        return np.asarray(sum(parts) + self.intercept_, dtype=np.float32)


def _times(matrices: Sequence[csr_matrix], vector: Floats) -> Floats:
    for matrix in matrices:
        vector = matrix @ vector
    return vector


def _sigmoid(margins: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(margins, -60, 60))), dtype=np.float32)
