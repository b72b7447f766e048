import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack, random
from sklearn.linear_model import LogisticRegression

from models.training.logistic_regression import FactoredLogistic


def test_the_factored_solver_finds_the_optimum_of_scikit_learn():
    rng = np.random.default_rng(1)
    texts = random(400, 60, density=0.2, rng=rng, format="csr")
    words = random(60, 30, density=0.3, rng=rng, format="csr")
    pairs = random(400, 20, density=0.2, rng=rng, format="csr")
    truth = (rng.random(400) < 0.3).astype(np.float32)
    weight = rng.uniform(0.2, 2.0, 400).astype(np.float32)

    factored = FactoredLogistic(C=2.0, max_iter=2000, tol=1e-7).fit([(texts, words), (pairs,)], truth, weight)
    expected = LogisticRegression(C=2.0, max_iter=5000, tol=1e-9).fit(
        hstack([csr_matrix(texts @ words), pairs]), truth, sample_weight=weight
    )

    assert np.concatenate(factored.coef_) == pytest.approx(expected.coef_[0], abs=5e-3)
    assert factored.intercept_ == pytest.approx(expected.intercept_[0], abs=5e-3)
