"""Swear words of other languages are found by their stem, with or without their marks."""

import pytest

from models.text.swearing import LISTED, grade_of, listed_words, swearing_level


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("siktirgit", "tr"), ("şerefsizler", "tr"), ("serefsiz", "tr"), ("amk", "tr"), ("göt", "tr"),
        ("arschlöcher", "de"), ("hurensohn", "de"), ("scheißkerl", "de"),
        ("gilipollas", "es"), ("connards", "fr"), ("stronzi", "it"), ("klootzakken", "nl"), ("vagabunda", "pt"),
    ],
)  # fmt: skip
def test_a_word_is_found_by_its_stem(word: str, language: str) -> None:
    assert grade_of(word, language) == 3


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("amcam", "tr"),
        ("götürdü", "tr"),
        ("sikke", "tr"),
        ("auto", "de"),
        ("concert", "fr"),
        ("nl", "nl"),
        ("", "es"),
    ],
)
def test_a_word_that_only_starts_like_one_is_not_found(word: str, language: str) -> None:
    assert grade_of(word, language) == 0


def test_more_and_worse_words_swear_more() -> None:
    mild, worse, more = (swearing_level(words, "tr") for words in (["bok"], ["salak"], ["salak", "aptal", "iyi"]))

    assert 0.0 < mild[0] < worse[0] < more[0]
    assert (mild[1], worse[1], more[1]) == (1, 1, 2)


def test_one_mild_word_says_nothing() -> None:
    assert swearing_level(["kazandık", "lan"], "tr") == (0.0, 1)


@pytest.mark.parametrize("quotation", ['"salak"', "„salak“", "“Salak”", "«sen salak mısın»"])
def test_a_quoted_word_does_not_count(quotation: str) -> None:
    words = ["çocuğa", "salak", "demek", "ayıp"]

    assert swearing_level(words, "tr", f"Çocuğa {quotation} demek ayıp.") == (0.0, 0)
    assert swearing_level(words, "tr", "Çocuğa salak demek ayıp.")[1] == 1


def test_every_list_has_entries_in_lower_case_without_marks() -> None:
    assert sorted(LISTED) == ["de", "es", "fr", "it", "nl", "pt", "tr"]
    for language in LISTED:
        words = listed_words(language)
        assert len(words) > 40
        assert all(word.isascii() and word == word.lower() for word in words)
