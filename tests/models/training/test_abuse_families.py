import re
from collections.abc import Callable
from itertools import islice

import pytest

from models.training.abuse_families import ABUSE_FAMILIES, LANGUAGES, SIDES, family_sentences
from models.training.datasets import ABUSE

pytestmark = pytest.mark.slow  # seconds of processor time

ENOUGH = {"en": 300}
ENOUGH_ELSEWHERE = 100
_UNFILLED = re.compile(r"~\w+~|[|]|\{(?!x)|^$")


def _sides(name: str, language: str, limit: int) -> dict[str, list[str]]:
    sides: dict[str, list[str]] = {side: [] for side in SIDES}
    for text, labels, _ in family_sentences(name, seed=1, limit=limit, languages=[language]):
        sides["bad" if labels["abuse"] else "innocent"].append(text)
    return sides


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_family_has_many_distinct_sentences_on_both_sides_of_each_language(language):
    enough = ENOUGH.get(language, ENOUGH_ELSEWHERE)

    for name in ABUSE_FAMILIES:
        sides = _sides(name, language, enough)

        for sentences in sides.values():
            assert len({text.casefold() for text in sentences}) == enough, name
            assert [text for text in sentences if _UNFILLED.search(text) or text != text.strip()] == [], name
        assert not set(sides["bad"]) & set(sides["innocent"]), name


def test_labels_are_known_heads_and_never_call_the_innocent_abusive():
    for family in ABUSE_FAMILIES.values():
        assert set(family.bad) | set(family.innocent) <= set(ABUSE)
        assert family.bad["abuse"] == family.bad["toxic"] == 1.0
        assert family.innocent["abuse"] == 0.0
        assert 1.0 not in family.innocent.values()


def test_the_same_seed_writes_the_same_sentences_and_another_seed_others():
    first = list(family_sentences("insult_clever", seed=5, limit=20))

    assert list(family_sentences("insult_clever", seed=5, limit=20)) == first
    assert list(family_sentences("insult_clever", seed=6, limit=20)) != first


def test_a_limit_counts_the_sentences_of_one_side_in_one_language():
    rows = list(family_sentences("medical", seed=1, limit=3, languages=["en", "tr"]))

    assert [(labels["abuse"], language) for _, labels, language in rows] == [
        *[(1.0, "en")] * 3,
        *[(0.0, "en")] * 3,
        *[(1.0, "tr")] * 3,
        *[(0.0, "tr")] * 3,
    ]


def test_a_book_that_runs_out_of_sentences_ends_instead_of_repeating():
    texts = [text for text, _, _ in family_sentences("medical", seed=1, limit=100_000, languages=["es"])]

    assert 200 < len(texts) < 5_000


def test_both_sides_are_dressed_alike():
    sides = _sides("threats_plain", "de", 300)

    def share(side: str, is_dressed: Callable[[str], bool]) -> float:
        return sum(map(is_dressed, sides[side])) / len(sides[side])

    for is_dressed in (str.islower, str.isascii, lambda text: "ps:" in text.lower()):
        assert abs(share("bad", is_dressed) - share("innocent", is_dressed)) < 0.15


def test_words_of_abuse_stand_on_both_sides():
    for name, word in (
        ("selfharm_wish", "kill yourself"),
        ("threats_plain", "where you live"),
        ("insult_plain", "idiot"),
        ("hate_polite", "vermin"),
        ("friendly_swearing", "bastard"),
        ("second_person_distance", " die"),
    ):
        for sentences in _sides(name, "en", 900).values():
            assert any(word in text.lower() for text in sentences), (name, word)


def test_sentences_come_without_reading_a_whole_family():
    assert len(list(islice(family_sentences("hate_slur", seed=1, limit=10**9), 5))) == 5
