"""The language of a text: by its script, else by the n-grams of its words, and how sure that is."""

import pytest

from models.evaluation.languages import MIN_LETTERS, language_cases
from models.features.languages import (
    BITS,
    LANGUAGES,
    detect,
    detect_language,
    language_sums,
    language_table,
    language_words,
)

CASES = [case for case in language_cases() if sum(map(str.isalpha, case[1])) >= MIN_LETTERS]


@pytest.mark.parametrize("language", sorted({language for language, _ in CASES}))
def test_a_sentence_of_forty_letters_gets_its_language(language: str) -> None:
    found = {text: detect_language(text) for spoken, text in CASES if spoken == language}

    assert set(found.values()) == {language}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kredit ohne Schufa in 24 Stunden, in wenigen Minuten online beantragen", "de"),
        ("Préstamos rápidos a no residentes, todo online y sin papeles", "es"),
        ("Non so come fare a me e a te, ma in casa no", "it"),
        ("Çok güzel, teşekkürler!", "tr"),
    ],
)
def test_words_that_other_languages_share_do_not_mislead(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("这是一个", "zh"), ("これは本です", "ja"), ("한국어", "ko"), ("это слово", "ru"), ("ελληνικά", "el")],
)
def test_a_script_identifies_a_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "12345", "xyzzy", "https://example.com/der-die-das", "@mention"])
def test_a_text_without_words_of_a_language_has_none(text: str) -> None:
    assert detect_language(text) == "und"


def test_the_probability_of_a_language_grows_with_the_text() -> None:
    short, longer = detect("Nice"), detect("Nice post, thanks for sharing it with us")

    assert short.probability < 0.6 < 0.95 < longer.probability <= 1.0


def test_how_well_the_model_was_trained_is_a_mean_over_the_likely_languages() -> None:
    assert detect("Das Rezept hat mir und meiner Familie sehr gut gefallen").training == pytest.approx(0.6, abs=0.02)
    assert 0.2 < detect("Bravo").training < 0.9


def test_the_table_has_a_column_for_each_language() -> None:
    assert language_table().shape == (2**BITS + 1, len(LANGUAGES))


@pytest.mark.parametrize("word", ["kitchen", "küche", "кухня", "ᏢФ", "Kitchen", "b4sil", "don't", "http://a.example"])
def test_a_word_says_the_same_of_the_language_as_the_words_in_it(word: str) -> None:
    together = language_sums(language_words(word)).sum(axis=0)

    assert language_sums([word])[0].tolist() == together.tolist()
