import pytest

from service.formats.text import Piece, paragraphs
from tests.growth import growth


def test_blank_lines_part_paragraphs_and_line_ends_are_kept():
    assert paragraphs("one\r\ntwo\n \n\nthree") == [[[Piece("one")], [Piece("two")]], [[Piece("three")]]]


def test_a_web_address_can_be_followed_and_the_sentence_keeps_its_full_stop():
    [[line]] = paragraphs("See https://tides.example/1796.")

    assert line == [Piece("See "), Piece("https://tides.example/1796", "https://tides.example/1796"), Piece(".")]


def test_a_bracket_that_belongs_to_the_address_stays_with_it():
    [[line]] = paragraphs("(https://a.example/x) and https://b.example/Ada_(name)")

    assert [piece.href for piece in line if piece.href] == ["https://a.example/x", "https://b.example/Ada_(name)"]


def test_a_bracket_around_an_address_that_ends_in_one_is_not_part_of_it():
    [[line]] = paragraphs("(https://b.example/Ada_(name)), (https://b.example/Ada_(name).)")

    assert [piece.href for piece in line if piece.href] == ["https://b.example/Ada_(name)"] * 2


def test_indentation_and_runs_of_spaces_are_kept():
    code = "\n\n  def f():\n    return  1\n\n    # done\n"

    assert paragraphs(code) == [[[Piece("  def f():")], [Piece("    return  1")]], [[Piece("    # done")]]]


def test_a_mark_that_turns_the_direction_of_writing_ends_an_address():
    [[line]] = paragraphs("https://good.example/\u202egpj.exe")

    assert line[0].href == "https://good.example/"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://bank.example@evil.example/",
        "https://a.example:port/",
        "ftp://a.example/",
        "https://[bad",
        "",
    ],
)
def test_what_is_no_plain_web_address_leads_nowhere(address):
    assert all(piece.href == "" for paragraph in paragraphs(address) for line in paragraph for piece in line)


@pytest.mark.parametrize(
    "part", ["a", ".", "\n", " \n", "https://", "https://a.example/(", "https://a.example/) ", "http:// "]
)
def test_a_long_text_is_parted_in_linear_time(part):
    assert growth(lambda text: paragraphs(f"x{text}x"), part) < 8
