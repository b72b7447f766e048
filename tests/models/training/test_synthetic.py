"""Generated submissions: deterministic, varied, and with each feature in both classes."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.features.languages import detect_language
from models.features.submission import FEATURES
from models.text.lexicon import Lexicon
from models.training.synthetic import Sample, as_submissions, generate, respin
from models.training.synthetic.spintax import alternatives, spin
from models.training.vectorizer import feature_matrix

pytestmark = pytest.mark.slow  # seconds of processor time

SHARED = (
    *("links", "short_links", "deep_links", "root_links", "anchors", "spelled_links", "trade_links"),
    *("website", "website_deep", "website_named", "name_trade", "name_offer", "name_link", "sells_elsewhere"),
    *("name_words", "name_lower", "name_digits"),
    *("praise", "thanks", "site", "money", "trade", "call", "offer", "channel", "talk", "praise_link", "trackback"),
    *("phone", "prices", "capitals", "exclaims", "asks", "digits", "emoji", "short", "medium"),
    *("off_topic", "on_topic", "other_language", "trap_field", "too_fast", "odd_token", "near_copies"),
)

HAS_LINK = FEATURES.index("has_link")


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(generate(8_000, seed=1))


@pytest.fixture(scope="module")
def features(samples: list[Sample]) -> NDArray[np.bool_]:
    """Which features each sample has, shape (n_samples, n_features)."""
    return feature_matrix(samples, Lexicon({})) > 0


def test_samples_depend_on_the_seed_alone() -> None:
    assert list(generate(300, seed=4)) == list(generate(300, seed=4))
    assert list(generate(300, seed=4)) != list(generate(300, seed=5))


def test_samples_are_distinct_and_half_of_them_spam(samples: list[Sample]) -> None:
    assert len({(sample.body, sample.website) for sample in samples}) == len(samples)
    assert 0.45 < sum(sample.is_spam for sample in samples) / len(samples) < 0.55


def test_each_feature_of_form_occurs_in_both_classes(samples: list[Sample], features: NDArray[np.bool_]) -> None:
    is_spam = np.array([sample.is_spam for sample in samples])
    spam, ham = features[is_spam].any(axis=0), features[~is_spam].any(axis=0)

    assert [name for name in SHARED if not (spam & ham)[FEATURES.index(name)]] == []


def test_each_language_occurs_in_both_classes(samples: list[Sample]) -> None:
    counts = Counter((detect_language(sample.body), sample.is_spam) for sample in samples)

    for language in ("en", "de", "fr", "es", "pt", "it", "tr", "ru", "pl", "id"):
        assert min(counts[language, True], counts[language, False]) >= 5, language


def test_circulating_praise_has_its_link_in_the_text_in_the_website_field_or_nowhere(
    samples: list[Sample], features: NDArray[np.bool_]
) -> None:
    praise = [n for n, sample in enumerate(samples) if sample.kind.startswith("spam.circulating")]

    places = Counter(
        "website" if samples[n].website else "text" if features[n, HAS_LINK] else "nowhere" for n in praise
    )

    assert min(places[place] for place in ("text", "website", "nowhere")) >= 20


def test_advertising_essays_are_spam(samples: list[Sample]) -> None:
    essays = [sample for sample in samples if sample.kind.startswith("spam.one_more_thing")]

    assert len(essays) >= 20
    assert all(sample.is_spam and len(sample.body.split()) >= 15 for sample in essays)


def test_spam_has_no_unfilled_slot_and_no_open_brace(samples: list[Sample]) -> None:
    assert not [sample.body for sample in samples if sample.is_spam and any(c in sample.body for c in "{}~")]


def test_no_text_is_empty(samples: list[Sample]) -> None:
    assert all(sample.body.strip() for sample in samples)


def test_real_comments_keep_their_words_as_submissions() -> None:
    bodies = ["The second bridge was built in 1932 and has been painted green ever since."] * 200

    submissions = list(as_submissions(bodies, seed=2))

    assert not any(sample.is_spam for sample in submissions)
    assert sum(bodies[0] in sample.body for sample in submissions) > 100
    assert any(sample.website for sample in submissions)


def test_published_templates_generate_spam() -> None:
    spun = list(respin("{Great|Nice} {post|blog}!|I {like|love} your {site|page}.", 20, seed=1))

    assert len(spun) == 20
    assert all(sample.is_spam for sample in spun)


def test_bars_and_closing_braces_outside_braces_are_text() -> None:
    assert spin("tyres | {new} | fitted }", lambda slot: slot, rng=random.Random(1)) == "tyres | new | fitted }"


@given(st.text(alphabet="{|}~ab \n", max_size=60))
def test_any_template_can_be_spun(template: str) -> None:
    for phrase in [template, *alternatives(template)]:
        assert isinstance(spin(phrase, lambda slot: slot, rng=random.Random(1)), str)
