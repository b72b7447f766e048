"""The writer of examples: the same for a seed, varied, and with both classes on every surface."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.features.submission import FEATURES, surface
from models.text.languages import detect_language
from models.text.lexicon import Lexicon
from models.training.synthetic import Sample, dressed, generate, respin
from models.training.synthetic.spintax import alternatives, spin

SHARED = (
    *("links", "short_links", "deep_links", "root_links", "odd_links", "anchors", "spelled_links", "trade_links"),
    *("website", "website_odd", "website_named", "name_trade", "name_offer"),
    *("name_words", "name_lower", "name_digits"),
    *("praise", "thanks", "site", "money", "trade", "call", "offer", "channel", "talk", "praise_link", "trackback"),
    *("phone", "prices", "capitals", "exclaims", "asks", "digits", "emoji", "short", "medium"),
    *("off_topic", "on_topic", "other_language", "trap_field", "too_fast", "odd_token", "near_copies"),
)

CORRECT = Lexicon({}).correct


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(generate(16_000, seed=1))


@pytest.fixture(scope="module")
def shown(samples: list[Sample]) -> list[list[int]]:
    """How many samples show each feature: of the spam, and of the honest side."""
    measured = [(sample.is_spam, surface(sample, CORRECT)) for sample in samples]
    return [[sum(v[i] > 0 for s, v in measured if s == side) for i in range(len(FEATURES))] for side in (True, False)]


def test_the_same_seed_writes_the_same_and_another_does_not() -> None:
    assert list(generate(300, seed=4)) == list(generate(300, seed=4))
    assert list(generate(300, seed=4)) != list(generate(300, seed=5))


def test_half_of_it_is_spam_and_nothing_is_written_twice(samples: list[Sample]) -> None:
    assert len({(sample.body, sample.website) for sample in samples}) == len(samples)
    assert 0.45 < sum(sample.is_spam for sample in samples) / len(samples) < 0.55


@pytest.mark.parametrize("feature", SHARED)
def test_both_sides_have_each_surface(shown: list[list[int]], feature: str) -> None:
    spam, honest = (side[FEATURES.index(feature)] for side in shown)

    assert min(spam, honest) > 0


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "it", "tr", "ru", "pl", "id"])
def test_both_sides_speak_each_language(samples: list[Sample], language: str) -> None:
    sides = Counter(sample.is_spam for sample in samples if detect_language(sample.body) == language)

    assert min(sides[True], sides[False]) >= 5


@pytest.mark.parametrize("where", ["in the text", "in the website field", "nowhere"])
def test_praise_that_circulates_hangs_its_link_in_each_place(samples: list[Sample], where: str) -> None:
    praise = [sample for sample in samples if sample.kind.startswith("spam.circulating")]

    assert sum(_link_place(sample) == where for sample in praise) >= 20


def _link_place(sample: Sample) -> str:
    if sample.website:
        return "in the website field"
    return "in the text" if surface(sample, CORRECT)[FEATURES.index("has_link")] else "nowhere"


def test_small_essays_on_what_others_sell_are_spam(samples: list[Sample]) -> None:
    essays = [sample for sample in samples if sample.kind.startswith("spam.one_more_thing")]

    assert len(essays) >= 20
    assert all(sample.is_spam and len(sample.body.split()) >= 15 for sample in essays)


def test_no_slot_and_no_brace_is_left_open_in_spam(samples: list[Sample]) -> None:
    assert not [sample.body for sample in samples if sample.is_spam and any(c in sample.body for c in "{}~")]


def test_no_text_is_empty(samples: list[Sample]) -> None:
    assert all(sample.body.strip() for sample in samples)


def test_real_comments_keep_their_words_when_they_are_dressed() -> None:
    bodies = ["The second bridge was built in 1932 and has been painted green ever since."] * 200

    put_on = list(dressed(bodies, seed=2))

    assert not any(sample.is_spam for sample in put_on)
    assert sum(bodies[0] in sample.body for sample in put_on) > 100
    assert any(sample.website for sample in put_on)


def test_published_templates_are_spun_into_spam() -> None:
    spun = list(respin("{Great|Nice} {post|blog}!|I {like|love} your {site|page}.", 20, seed=1))

    assert len(spun) == 20
    assert all(sample.is_spam for sample in spun)


@given(st.text(alphabet="{|}~ab \n", max_size=60))
def test_any_template_can_be_spun(template: str) -> None:
    for phrase in [template, *alternatives(template)]:
        assert isinstance(spin(phrase, lambda slot: slot, rng=random.Random(1)), str)
