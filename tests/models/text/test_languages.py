"""The language of a text: by its script, and by common words next to any punctuation."""

import pytest

from models.scorer import ScoringInput
from models.text.languages import detect_language

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
def test_common_words_identify_a_language_despite_punctuation(scorer, text, language):
    assert detect_language(text) == language
    assert scorer.score(ScoringInput(body=text)).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("это слово", "ru"), ("这是一个", "zh"), ("これは本です", "ja"), ("한국어", "ko"), ("xyzzy", "und")],
)
def test_a_script_identifies_a_language(scorer, text, language):
    assert detect_language(text) == language
    assert scorer.score(ScoringInput(body=text)).language == language
