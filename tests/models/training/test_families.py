"""Spam by families: enough different texts on both sides, the same for a seed, and fields on both sides."""

from collections import Counter
from itertools import islice

import pytest

from models.features.languages import detect_language
from models.training.synthetic import Sample
from models.training.synthetic.families import FAMILIES, family_samples

pytestmark = pytest.mark.slow  # seconds of processor time

EACH_SIDE = 500


@pytest.fixture(scope="module")
def samples() -> dict[str, list[Sample]]:
    """EACH_SIDE spam samples of each family, and as many ham samples."""
    return {name: list(family_samples(name, 2 * EACH_SIDE, seed=7)) for name in FAMILIES}


def test_a_family_has_enough_different_texts_on_both_sides(samples: dict[str, list[Sample]]) -> None:
    for family, written in samples.items():
        assert Counter(sample.is_spam for sample in written) == {True: EACH_SIDE, False: EACH_SIDE}, family
        assert len({(sample.body, sample.name, sample.website) for sample in written}) == len(written), family
        assert {sample.kind for sample in written} == {f"spam.{family}", f"ham.{family}"}


def test_no_slot_is_left_open_and_no_text_is_empty(samples: dict[str, list[Sample]]) -> None:
    for sample in (sample for written in samples.values() for sample in written):
        shown = (sample.body, sample.name, sample.website, sample.thread_title, sample.thread_url)

        assert sample.body.strip()
        assert not any(mark in text for text in shown for mark in "{}~")
        assert "@@" not in sample.body


def test_the_same_seed_writes_the_same_and_another_does_not() -> None:
    for family in FAMILIES[:3]:
        first = list(family_samples(family, 40, seed=1))

        assert list(family_samples(family, 40, seed=1)) == first
        assert list(family_samples(family, 40, seed=2)) != first


def test_a_shorter_run_is_the_beginning_of_a_longer_one() -> None:
    assert list(islice(family_samples("loans", 200, seed=3), 50)) == list(family_samples("loans", 50, seed=3))


def test_an_unknown_family_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="no spam family 'timeshares'"):
        list(family_samples("timeshares", 2, seed=1))


@pytest.mark.parametrize("family", ["loans", "local_services", "work_from_home"])
def test_both_sides_of_a_family_speak_the_same_languages(samples: dict[str, list[Sample]], family: str) -> None:
    spoken = Counter((detect_language(sample.body), sample.is_spam) for sample in samples[family])

    for language in ("de", "fr", "es", "pt", "tr"):
        assert min(spoken[language, True], spoken[language, False]) >= EACH_SIDE // 150


def test_fields_are_filled_in_on_both_sides_and_left_empty_on_both(samples: dict[str, list[Sample]]) -> None:
    for family in ("loans", "prizes", "support_lines"):
        for side in (True, False):
            written = [sample for sample in samples[family] if sample.is_spam == side]

            bare = [each for each in written if not each.name and not each.website and not each.thread_title]

            assert sum(bool(sample.name) for sample in written) > EACH_SIDE / 5
            assert len(bare) > EACH_SIDE / 5


def test_only_the_fields_betray_a_machine_that_praises(samples: dict[str, list[Sample]]) -> None:
    for sample in samples["machine_praise"]:
        if sample.is_spam:
            assert sample.name or sample.website
