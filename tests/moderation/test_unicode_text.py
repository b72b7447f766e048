"""What counts as invisible, and which texts are the same."""

import unicodedata

import pytest

from moderation.comment import Email
from moderation.unicode_text import as_name, comparable, is_blank, without_ignorable

INVISIBLE = [
    "\u200b",  # zero width space
    "\u3164",  # Hangul filler
    "\uffa0",  # halfwidth Hangul filler
    "\u2800",  # Braille pattern blank
    "\u00ad",  # soft hyphen
    "\u034f",  # combining grapheme joiner
    "\u115f\u1160",  # Hangul choseong and jungseong filler
    "\u17b4",  # Khmer inherent vowel
    "\u180e",  # Mongolian vowel separator
    "\u202e\u2069",  # marks of direction
    "\u2060\u2064",  # word joiner, invisible plus
    "\ufeff",  # byte order mark
    "\ufe0f",  # a variation selector
    "\U000e0041\U000e007f",  # tag characters
    "\U000e01ef",  # a variation selector of the supplement
    "\U0001d159",  # musical null notehead
    "\U0001d173",  # musical begin beam
    "\u0301",  # a combining accent without a letter
    "\u3000\u00a0 \t\n",  # spaces
    "\x01\x7f\u0085",  # controls
    " \u200b\u3164 \u2800\n",
]


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_text_that_shows_nothing_is_blank(text):
    assert is_blank(text)
    assert not is_blank(f"{text}a{text}")


@pytest.mark.parametrize(
    "text",
    ["a", "é", "e\u0301", "日", "👍", "❤\ufe0f", "👩\u200d👧", "!", "\u0600", "\uf8ff", "नि", "\U0001fae9"],
    ids=ascii,
)
def test_text_that_shows_something_is_not_blank(text):
    assert not is_blank(text)


def test_every_format_character_is_invisible_or_a_known_visible_sign():
    formats = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}

    visible = {each for each in formats if not is_blank(each)}

    names = {unicodedata.name(each).split()[0] for each in visible}
    assert names <= {"ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}


@pytest.mark.parametrize(
    "address",
    [
        "x@exämple.de",
        "x@exa\u0308mple.de",
        "x@xn--exmple-cua.de",
        "X@XN--EXMPLE-CUA.DE",
        "\u200bx@ex\u00adä\u200bmple.de",
        " X@EXÄMPLE.DE ",
        "ｘ@ｅxämple.de",
        "x@ex\U000e0041a\u200b\u0308mple.de",
    ],
    ids=ascii,
)
def test_one_author_is_one_author_however_the_address_is_written(address):
    assert Email(address) == Email("x@exämple.de")
    assert Email(address).canonical == "x@exämple.de"


@pytest.mark.parametrize(
    "address", ["x@example.de", "y@exämple.de", "x@exämple.com", "x@strasse.de", "x@xn--.de", "x@xn--\u00e4.de"]
)
def test_different_addresses_stay_different(address):
    assert Email(address) != Email("x@exämple.de")
    assert Email(address) != Email("x@straße.de")
    assert Email(address).canonical == address


@pytest.mark.parametrize("text", ["Cafe\u0301", "CAFÉ", "Ca\u00adf\u200bé", "Ｃａｆé"], ids=ascii)
def test_texts_that_look_the_same_compare_the_same(text):
    assert comparable(text) == comparable("Café")


def test_visible_text_keeps_everything_visible():
    assert without_ignorable("Ca\u200bfé 日本 👍") == "Café 日本 👍"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\u202enimda", "nimda"),
        ("Ann\u2067 (admin)\u2069", "Ann (admin)"),
        ("Zo" + "\u0301" * 60 + "e", "Zo" + "\u0301" * 5 + "e"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("བསྒྲུབས", "བསྒྲུབས"),
        ("👨‍👩‍👧 ❤️ \u200fאב", "👨‍👩‍👧 ❤️ \u200fאב"),
        ("Ada", "Ada"),
    ],
    ids=ascii,
)
def test_a_name_reads_as_it_is_written_and_keeps_to_its_line(written, shown):
    assert as_name(written) == shown
