import pytest

from models.text.lexicon import Lexicon, split_words
from models.text.normalize import clean
from tests.growth import growth

COMMON = {"the": 50_000, "you": 30_000, "are": 30_000, "all": 9_000, "a": 40_000, "total": 900}
LEXICON = Lexicon(
    {**COMMON, "idiot": 800, "idiots": 300, "stupid": 700, "loser": 400, "naive": 90, "ass": 500, "idoits": 2}
)


@pytest.mark.parametrize(
    ("unknown", "known"),
    [
        ("idoit", ("idiot",)),
        ("sutpid", ("stupid",)),
        ("idoits", ("idiots",)),
        ("stuupid", ("stupid",)),
        ("1oser", ("loser",)),
        ("4ss", ("ass",)),
        ("naïve", ("naive",)),
        ("youareallidiots", ("you", "are", "all", "idiots")),
        ("flurbelish", ("flurbelish",)),
        ("zqxjkvzqxjkvzqxjkv", ("zqxjkvzqxjkvzqxjkv",)),
    ],
)
def test_an_unknown_word_is_corrected_to_known_ones(unknown, known):
    assert LEXICON.correct(unknown) == known


def test_a_word_with_a_dot_inside_is_joined():
    assert LEXICON.read(clean("id.iot")) == [("idiot", 0, 6)]


def test_two_words_without_a_space_after_the_comma_are_not_joined():
    assert [word for word, _, _ in LEXICON.read(clean("you,idiot"))] == ["you", "idiot"]


def test_words_have_spans_and_numbers_become_their_length():
    assert split_words("(don't") == [("don't", 1, 6)]
    assert split_words("1984") == [("_d4", 0, 4)]
    assert split_words("中文字") == [("中文", 0, 2), ("文字", 1, 3), ("字", 2, 3)]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("http://best-pills.example/a", ["_url", "http", "best", "pills", "a"]),
        ("www.pills.co.uk:80?x", ["_url", "www", "pills", "co", "_d2", "?", "x"]),
        ("pills.xyz,", ["_url", "pills"]),
        ("https://localhost/a.com", ["_url", "https", "localhost", "a", "com"]),
    ],
)
def test_a_link_becomes_one_word_and_its_parts_without_the_hosts_ending(link, words):
    assert [word for word, _, _ in split_words(link)] == words


@pytest.mark.parametrize("before", ["", "-", "--", "a.", "x--www.a,"])
def test_a_host_name_with_many_hyphens_takes_linear_time(before):
    name = "a-" * 100

    assert split_words(f"{before}{name}a.com")[0][0] == "_url"
    assert "_url" not in [word for word, _, _ in split_words(name + "a.b")]
    assert growth(lambda name: split_words(f"{before}{name}a.b"), "a-") < 8
