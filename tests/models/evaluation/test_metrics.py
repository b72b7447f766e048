import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models.evaluation.evaluate import HOLD_AT
from models.evaluation.metrics import auc, bpsn, calibration_error, recall_at, share
from models.training.calibration import fit_curve
from models.training.datasets import Example
from models.training.profanity_templates import with_praise
from moderation.policy import Policy

RNG = np.random.default_rng(3)
TRUTH = RNG.random(800) < 0.3
SCORES = TRUTH + RNG.normal(0, 0.8, 800)


def test_the_auc_is_that_of_scikit_learn_within_its_interval():
    area = auc(TRUTH, SCORES)

    assert area.value == pytest.approx(roc_auc_score(TRUTH, SCORES))
    assert area.low < area.value < area.high
    assert (area.n, area.positives) == (800, int(TRUTH.sum()))


def test_a_share_of_none_still_has_an_upper_bound():
    none = share(np.zeros(1000, dtype=bool))

    assert none.value == 0.0
    assert none.low == pytest.approx(0.0)
    assert 0.003 < none.high < 0.004


def test_calibrated_probabilities_have_no_calibration_error():
    probabilities = RNG.random(20_000)

    assert calibration_error(RNG.random(20_000) < probabilities, probabilities).value < 0.02
    assert calibration_error(RNG.random(20_000) < probabilities, probabilities**3).value > 0.1


def test_recall_is_taken_at_the_given_false_positive_rate():
    assert recall_at(np.array([0] * 100 + [1] * 10), np.arange(110.0), 0.01).value == 1.0


def test_a_subgroup_whose_name_raises_scores_has_a_low_bpsn():
    truth = np.array([0, 0, 1, 1] * 50)
    named = np.array([True, False, False, True] * 50)

    assert bpsn(truth, np.where(named, 0.9, truth * 0.5), named).value == 0.0


def test_a_fitted_curve_is_calibrated():
    curve = fit_curve(SCORES, 0.5, TRUTH.astype(np.float32), np.ones(800, dtype=np.float32))
    probabilities = 1.0 / (1.0 + np.exp(-(curve.whole * SCORES + curve.bias)))

    assert curve.peak == pytest.approx(curve.whole / 2)
    assert probabilities.mean() == pytest.approx(TRUTH.mean(), abs=0.01)


def test_a_changed_copy_is_in_the_split_of_its_original():
    for number in range(50):
        original = Example(f"comment number {number}", {}, "jigsaw")
        copy = Example(with_praise(original.text), {}, "kind_words", copied_from=original.text)
        assert copy.part == original.part


def test_the_evaluation_uses_the_thresholds_of_the_default_policy():
    thresholds = Policy().thresholds

    assert {label: threshold.hold_at for label, threshold in thresholds.items()} == HOLD_AT
