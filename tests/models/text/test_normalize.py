import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.evaluation.attacks import ATTACKS, attacked
from models.text import unicode_folding
from models.text.normalize import normalize
from tests.growth import growth

any_text = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    "obfuscated",
    [
        "1d10t", "іdіоt", "ｉｄｉｏｔ", "i\u200bd\u200bi\u200bo\u200bt", "𝐢𝐝𝐢𝐨𝐭", "i̴͓͐d̷̈͝ȉ̶͎ỏ̸̗t̵́̍", "i d i o t",
        "i.d.i.o.t", "i-d-i-o-t", "IDIOT", "ⓘⓓⓘⓞⓣ", "🅸🅳🅸🅾🆃", "i\u00addiot", "i. d. i. o. t.",
    ],
)  # fmt: skip
def test_an_obfuscated_word_is_normalized(obfuscated):
    assert normalize(obfuscated).text == "idiot"


@pytest.mark.parametrize(
    "text",
    [
        "привет, как дела? всё хорошо, ещё раз спасибо",
        "çok güzel bir yazı olmuş".replace("ı", "i"),
        "مرحبا كيف حالك",
        "नमस्ते आप कैसे हैं",
        "καλημέρα σε όλους",
        "schöne grüße aus köln",
        "việt nam tiếng việt",
        "version 1.2.3.4 of mp3 and h264, 2nd edition",
        "see https://example.org/a1b2c3 or mail joe@example.org",
    ],
)
def test_an_ordinary_text_only_loses_its_capitals(text):
    assert normalize(text).text == text.casefold()
    assert not normalize(text).changes


@pytest.mark.parametrize("word", ["Größe", "Façade", "SEÑOR", "Żółw", "Ёлка"])
def test_a_capital_with_a_mark_keeps_the_mark(word):
    assert normalize(word).text == word.casefold()
    assert not normalize(word).changes


def test_the_shortcut_for_letters_gives_the_same_result(monkeypatch):
    every = [char for char in map(chr, range(0x80, 0x30000)) if not char.isspace()]
    bare = [char for char in every if unicode_folding._folds_to_itself(char)]
    plain = [char for char in every if unicode_folding.PLAIN_WORD.fullmatch(char)]
    monkeypatch.setattr(unicode_folding, "_folds_to_itself", lambda letter: False)

    assert len(bare) > 100_000
    assert [char for char in (*bare, *plain) if unicode_folding._fold_letter.__wrapped__(char) != (char, ())] == []


def test_a_long_number_takes_linear_time():
    assert normalize("é" + "1" * 100).text == "é" + "1" * 100
    assert growth(lambda number: normalize("é" + number), "1") < 8


def test_many_marks_on_one_letter_take_linear_time():
    marks = "\u0300\u0316\u0334\u0345\u0327\u0328\u031b"  # of different classes, which Unicode sorts

    assert normalize("e" + marks * 100).text == "e"
    assert growth(lambda many: normalize("e" + many), marks, count=500) < 8


def test_turkish_i_with_and_without_dot_is_folded_to_i():
    assert normalize("ISIRGAN ısırgan İstanbul").text == "isirgan isirgan istanbul"


def test_every_character_has_its_source():
    text = "You are an i\u200bd1ot, s t u p i d!"

    plain = normalize(text)

    for at, char in enumerate(plain.text):
        assert 0 <= plain.starts[at] <= plain.ends[at] <= len(text)
        if char.isascii() and char.isalpha() and text[plain.starts[at]].isalpha():
            assert text[plain.starts[at]].lower() == char


def test_undone_obfuscations_are_counted():
    assert dict(normalize("i\u200bdiot").changes) == {"invisible": 1}
    assert dict(normalize("i d i o t").changes) == {"spaced": 1}


@settings(max_examples=400, deadline=None)
@given(any_text)
@example("ßßß ﷺ a\u0301b\u0302c d e f")
@example("a b  c  d  e  f  g")
@example("0\uff9e")  # the mark of half-width katakana
@example("A@\u00b5")  # a look-alike beside a letter that was a sign
@example("0\x1b\x1b\u1cf4")  # a mark after an invisible character
def test_normalization_is_idempotent(text):
    once = normalize(text).text

    assert normalize(once).text == once


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_every_character_of_any_text_has_a_span(text):
    plain = normalize(text)

    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    assert all(0 <= start <= end <= len(text) for start, end in zip(plain.starts, plain.ends, strict=True))


@pytest.mark.parametrize("attack", ["fullwidth", "zero-width", "bold", "zalgo", "homoglyphs"])
def test_an_attack_that_keeps_the_letters_is_undone(attack):
    text = "nobody wants to read your stupid comments here"

    assert attack in ATTACKS
    assert normalize(attacked(text, attack)).text.replace("  ", " ") == text
