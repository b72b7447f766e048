"""The words of a comment, and those of a search: one form for all spellings."""

import pytest

from moderation.search_words import MAX_LENGTH, document_of, has_word, is_selective, wanted, wanted_in_name


def finds(query, text):
    words, document = wanted(query), document_of("", "", text)
    return bool(words) and all(has_word(document, word) for word in words)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("bak", "our bakery"),
        ("BAKERY our", "Our bakery"),
        ("elodie", "Élodie"),
        ("Élodie", "elodie"),
        ("strasse", "Straße"),
        ("istanbul", "İstanbul"),
        ("йод", "Йод"),
        ("मस्ते", "मस्ते"),
        ("面包", "我们吃面包"),
        ("吃面包", "我们吃面包了"),
        ("面", "吃面包"),
        ("包", "吃面包"),
        ("한국", "한국어로"),
        ("100%", "it is 100%"),
        ("rita.example", "https://www.rita.example/x"),
        ("👍", "thanks 👍"),
    ],
)
def test_a_word_is_found_by_its_beginning_in_any_spelling(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("kery", "bakery"),
        ("100%", "100 percent"),
        ("包面", "面包"),
        ("...", "..."),
        ("", "bread"),
        ("bread wine", "bread"),
    ],
)
def test_what_is_not_there_is_not_found(query, text):
    assert not finds(query, text)


def test_a_document_has_each_word_once_and_no_sign_of_a_query_language():
    document = document_of("Ada", "https://ada.example", '"bread" AND *bread* \\ [x] ada')

    assert document.split(" ") == sorted(set(document.split(" ")))
    assert not set(document) & set("\"'*\\[]():&|!<>@")


def test_a_name_is_told_from_other_words():
    document = document_of("Ada Byron", "", "I like bread")

    assert all(has_word(document, word) for word in wanted_in_name("ada by"))
    assert not has_word(document, *wanted_in_name("bread"))


def test_a_long_word_is_cut_on_both_sides():
    assert finds("x" * 1_000, "x" * 2_000)
    assert len(document_of("", "", "x" * 2_000)) == MAX_LENGTH


@pytest.mark.parametrize(
    ("word", "selective"), [("a", False), ("ab", False), ("abc", True), ("面包", True), ("面", True), ("👍", True)]
)
def test_one_or_two_letters_are_not_looked_up_in_an_index(word, selective):
    assert is_selective(word) is selective
    assert is_selective(wanted_in_name(word)[0]) is selective
