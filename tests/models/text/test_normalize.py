import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.evaluation.attacks import ATTACKS, attacked
from models.text import unicode_folding
from models.text.normalize import normalize
from tests.growth import growth

any_text = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    "disguised",
    [
        "1d10t", "іdіоt", "ｉｄｉｏｔ", "i\u200bd\u200bi\u200bo\u200bt", "𝐢𝐝𝐢𝐨𝐭", "i̴͓͐d̷̈͝ȉ̶͎ỏ̸̗t̵́̍", "i d i o t",
        "i.d.i.o.t", "i-d-i-o-t", "IDIOT", "ⓘⓓⓘⓞⓣ", "🅸🅳🅸🅾🆃", "i\u00addiot", "i. d. i. o. t.",
    ],
)  # fmt: skip
def test_a_disguised_word_is_read_as_what_it_is(disguised):
    assert normalize(disguised).text == "idiot"


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
def test_an_honest_text_stays_what_it_is(text):
    assert normalize(text).text == text.casefold()
    assert not normalize(text).changes


@pytest.mark.parametrize("word", ["Größe", "Façade", "SEÑOR", "Żółw", "Ёлка"])
def test_a_capital_with_a_mark_is_the_small_letter_with_it(word):
    assert normalize(word).text == word.casefold()
    assert not normalize(word).changes


def test_a_shortcut_for_a_letter_reads_what_the_long_way_reads(monkeypatch):
    every = [char for char in map(chr, range(0x80, 0x30000)) if not char.isspace()]
    bare = [char for char in every if unicode_folding._folds_to_itself(char)]
    honest = [char for char in every if unicode_folding.PLAIN_WORD.fullmatch(char)]
    monkeypatch.setattr(unicode_folding, "_folds_to_itself", lambda letter: False)

    assert len(bare) > 100_000
    assert [char for char in (*bare, *honest) if unicode_folding._fold_letter.__wrapped__(char) != (char, ())] == []


def test_a_long_number_is_looked_at_once():
    assert normalize("é" + "1" * 100).text == "é" + "1" * 100
    assert growth(lambda number: normalize("é" + number), "1") < 8


def test_marks_without_end_on_one_letter_are_not_sorted():
    marks = "\u0300\u0316\u0334\u0345\u0327\u0328\u031b"  # each of another class, by which Unicode sorts them

    assert normalize("e" + marks * 100).text == "e"
    assert growth(lambda many: normalize("e" + many), marks, count=500) < 8


def test_turkish_i_is_folded_on_purpose_with_and_without_its_dot():
    assert normalize("ISIRGAN ısırgan İstanbul").text == "isirgan isirgan istanbul"


def test_every_letter_knows_where_it_came_from():
    text = "You are an i\u200bd1ot, s t u p i d!"

    plain = normalize(text)

    for at, char in enumerate(plain.text):
        assert 0 <= plain.starts[at] <= plain.ends[at] <= len(text)
        if char.isascii() and char.isalpha() and text[plain.starts[at]].isalpha():
            assert text[plain.starts[at]].lower() == char


def test_hiding_is_counted_as_evidence():
    assert dict(normalize("i\u200bdiot").changes) == {"invisible": 1}
    assert dict(normalize("i d i o t").changes) == {"spaced": 1}


@settings(max_examples=400, deadline=None)
@given(any_text)
@example("ßßß ﷺ a\u0301b\u0302c d e f")
@example("a b  c  d  e  f  g")
@example("0\x1b\x1b\u1cf4")  # a mark after what is invisible
def test_cleaning_twice_changes_nothing_more(text):
    once = normalize(text).text

    assert normalize(once).text == once


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_any_text_has_one_place_for_each_letter(text):
    plain = normalize(text)

    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    assert all(0 <= start <= end <= len(text) for start, end in zip(plain.starts, plain.ends, strict=True))


@pytest.mark.parametrize("attack", ["fullwidth", "zero-width", "bold", "zalgo", "homoglyphs"])
def test_an_attack_that_keeps_the_letters_is_undone_completely(attack):
    text = "nobody wants to read your stupid comments here"

    assert attack in ATTACKS
    assert normalize(attacked(text, attack)).text.replace("  ", " ") == text
