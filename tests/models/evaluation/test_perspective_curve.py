"""The curve to Perspective's numbers: it flags as many texts, also of those that it was not fitted on."""

import json

import numpy as np
import pytest

from models.artifact import SHIPPED, load
from models.evaluation.perspective_curve import FEWEST, FILE, PARTS, THRESHOLDS, check, fit


@pytest.fixture(scope="module")
def scores():
    """Our probabilities and Perspective's numbers: related, noisy, and on another scale."""
    rng = np.random.default_rng(1)
    theirs = rng.beta(1, 3, 20_000)
    return np.clip(theirs + rng.normal(0, 0.05, len(theirs)), 1e-6, 1 - 1e-6) ** 3, theirs


def test_the_curve_rises_and_flags_as_many_texts_as_perspective(scores):
    ours, theirs = scores

    curve = fit(ours, theirs)

    for side in curve.values():
        assert (side[0], side[-1]) == (0.0, 1.0) and side == sorted(set(side))
    mapped = np.interp(ours, curve["ours"], curve["theirs"])
    for threshold in (0.1, 0.3, 0.5, 0.7, 0.9):
        assert abs(np.sum(mapped >= threshold) - np.sum(theirs >= threshold)) <= 1


def test_a_point_rests_on_more_than_a_few_texts(scores):
    ours, theirs = scores
    few = theirs <= np.sort(theirs)[-FEWEST]

    curve = fit(ours[few], np.minimum(theirs[few], 0.7))

    assert max(curve["theirs"][:-1]) == 0.7


def test_equal_probabilities_make_one_point():
    ours, theirs = np.array([0.2] * 50 + [0.9] * 50), np.linspace(0, 1, 100)

    assert fit(ours, theirs) == {"ours": [0.0, 0.2, 0.55, 0.9, 1.0], "theirs": [0.0, 0.05, 0.5, 0.55, 1.0]}


def test_the_check_is_of_texts_that_the_curve_was_not_fitted_on(scores):
    ours, theirs = scores

    at = {row["threshold"]: row for row in check(ours, theirs, np.arange(len(ours)) % PARTS)["thresholds"]}

    assert set(at) == set(THRESHOLDS)
    half = at[0.5]
    assert half["curve"]["value"] == pytest.approx(half["perspective"]["value"], rel=0.1)
    assert half["plain"]["value"] < half["perspective"]["value"] / 2
    assert half["found"]["n"] == half["perspective"]["positives"]


def test_a_part_is_not_judged_by_a_curve_that_has_seen_it(scores):
    _, theirs = scores
    part = np.arange(len(theirs)) % PARTS
    odd = np.where(part == 0, 0.2, theirs)  # of this part its own curve would flag nothing, as Perspective does

    [half, *_] = check(theirs**3, odd, part)["thresholds"]

    assert half["same"]["value"] < 1 - 0.9 * np.mean(theirs >= 0.5) / PARTS


def test_the_shipped_curve_was_fitted_on_the_shipped_model():
    """Otherwise: `python -m models.evaluation.perspective_curve --data FOLDER`."""
    assert json.loads((SHIPPED / FILE).read_text(encoding="utf-8"))["model"] == load().version


def test_the_shipped_thresholds_flag_as_many_texts_as_perspective():
    table = json.loads((SHIPPED / FILE).read_text(encoding="utf-8"))["check"]["thresholds"]

    assert all(row["curve"]["low"] <= row["perspective"]["value"] <= row["curve"]["high"] for row in table)
