"""Tests for what is told of a text's language: by its letters, and by small words wherever they stand."""

import pytest

from models.scorer import Scorer, ScoringInput
from models.text.languages import detect_language

SCORER = Scorer.load()
PUNCTUATED = [
    ("und, aber: für!", "de"),
    ("(für) «für» für, für.", "de"),
    ("için, çok! değil; “kadar”", "tr"),
    ("może... już, są!", "pl"),
    ("Thanks!", "en"),
    ("Danke, gut.", "de"),
    ("Çok güzel, teşekkürler!", "tr"),
]


@pytest.mark.parametrize(("text", "language"), PUNCTUATED)
def test_a_small_word_tells_its_language_before_a_comma_too(text, language):
    assert detect_language(text) == language
    assert SCORER.score(ScoringInput(body=text)).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("это слово", "ru"), ("这是一个", "zh"), ("これは本です", "ja"), ("한국어", "ko"), ("xyzzy", "und")],
)
def test_letters_tell_a_language_before_words_do(text, language):
    assert detect_language(text) == language
    assert SCORER.score(ScoringInput(body=text)).language == language
