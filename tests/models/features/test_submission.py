"""The features of submissions, and their bounds and cost for any text."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.features.languages import detect_language
from models.features.submission import FEATURES, describe, submission_features
from models.inference.reader import Reader
from models.inference.vocabulary import Vocabulary
from models.text.lexicon import Lexicon
from models.text.urls import find_links, parse_website
from moderation.messages import TEXTS, Message
from moderation.score import ScoringInput
from tests.growth import growth

LEXICON = Lexicon({"online": 60, "casino": 60, "bonus": 60})


def values(comment: ScoringInput) -> list[float]:
    """The value of each feature."""
    text = Reader(Vocabulary(LEXICON)).read(comment.body)
    return submission_features(comment, text.counts, text.feature_words(), detect_language(comment.body))


def shown(comment: ScoringInput) -> dict[str, str]:
    """The descriptions of the features that are not 0, by name."""
    features = enumerate(values(comment))
    return {FEATURES[i]: str(Message(*describe(i, value))) for i, value in features if value > 0}


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("see http://a.example/x and https://www.B.example:8080/y", ["a.example", "b.example"]),
        ("http://user@evil.example/", ["evil.example"]),
        ("www.cheap-loans.example/apply", ["cheap-loans.example"]),
        ("find it on cheap-loans.xyz now", ["cheap-loans.xyz"]),
        ("http   www  cheaploans  com", ["cheaploans.com"]),
        ("find it on cheap-loans.example now", ["cheap-loans.example"]),
        ("visit cheaploans dot com", ["cheaploans"]),
        ("visit cheaploans dot example", ["cheaploans"]),
        ("visit cheaploans[.]com", ["cheaploans"]),
        ("hxxp://cheaploans.com", ["cheaploans"]),
    ],
)
def test_a_link_is_found_however_it_is_written(text: str, hosts: list[str]) -> None:
    assert [link.host for link in find_links(text)] == hosts


@pytest.mark.parametrize(
    "text",
    [
        "I use asp.net and node.js, System.IO too",
        "write to me@home.com",
        "the http protocol is old. Comments welcome",
        "It was late. Com certeza.",
        "e.g. this and i.e. that",
    ],
)
def test_text_that_only_resembles_a_link_is_none(text: str) -> None:
    assert find_links(text) == []


def test_a_link_knows_its_kind() -> None:
    [short] = find_links("https://bit.ly/abc")
    [redirect] = find_links("http://museum.example/redirect.php?url=http://seller.example")
    trade = parse_website("best-casino-online.top")

    assert short.is_short
    assert redirect.is_redirect
    assert trade is not None
    assert trade.is_trade


@pytest.mark.parametrize(
    "text",
    [
        "c4s1no bonus",
        "c\u0430sino bonus",
        "\uff23\uff21\uff33\uff29\uff2e\uff2f bonus",
        "c\u200basino bonus",
        "\U0001d41c\U0001d41a\U0001d42c\U0001d422\U0001d427\U0001d428 bonus",
        "c\u0336a\u0336s\u0336i\u0336n\u0336o\u0336 bonus",
        "c.a.s.i.n.o bonus",
        "c a s i n o   bonus",
        "onlinecasinobonus",
    ],
)
def test_a_word_of_a_trade_counts_in_any_obfuscation(text: str) -> None:
    assert shown(ScoringInput(text))["trade"] == "1 word about something often advertised"


def test_a_web_archive_is_no_redirect_but_its_path_counts() -> None:
    article, casino = find_links(
        "https://web.archive.org/web/20080101/http://blog.example/post "
        "https://archive.ph/2020/https://best-casino.example/"
    )

    assert not article.is_redirect
    assert not casino.is_redirect
    assert casino.has_trade_path


def test_an_empty_website_is_no_link() -> None:
    assert parse_website("  ") is None


def test_flattery_with_a_link_has_its_features() -> None:
    features = shown(
        ScoringInput(
            "Nice blog, great post! http://loans.example", name="Cheap Loans", website="http://loans.example"
        )
    )

    assert features["links"] == "1 link"
    assert features["praise"] == "2 words of praise"
    assert {"praise_link", "paid_flattery", "name_trade", "website"} <= set(features)


def test_a_company_name_counts_only_with_a_link_or_a_website() -> None:
    words = ScoringInput("My son loves trains", name="Brian Price Services")

    assert {"name_trade", "name_offer"}.isdisjoint(shown(words))
    assert {"name_trade", "name_offer"} <= set(shown(replace(words, website="https://price.example")))
    assert {"name_trade", "name_offer"} <= set(shown(replace(words, body="Trains: https://price.example")))


@pytest.mark.parametrize("name", ["Safari Kenya", "bath renovation", "Viajes Andinos", "风水大师", "토토사이트"])
def test_a_name_may_be_what_its_owner_sells(name: str) -> None:
    assert "name_trade" in shown(ScoringInput("Very true", name=name, website="https://a.example"))


@pytest.mark.parametrize("name", ["Cameron Travers", "Sloane Frank", "Tessa Windham", "小林", "민지", "Ольга"])
def test_a_persons_name_is_no_trade(name: str) -> None:
    assert "name_trade" not in shown(ScoringInput("Very true", name=name, website="https://a.example"))


@pytest.mark.parametrize("name", ["Anna's Kitchen", "Emma Travels", "Windows of Maria", "Sunday Movies"])
def test_a_blogs_name_is_no_trade(name: str) -> None:
    assert "name_trade" not in shown(ScoringInput("Very true", name=name, website="https://a.example"))


@pytest.mark.parametrize("host", ["bath-remodel.example", "suanming.example", "nakliyat34.example"])
def test_a_host_may_be_what_its_owner_sells(host: str) -> None:
    assert "website_trade" in shown(ScoringInput("Very true", website=f"https://{host}"))


def test_the_ending_of_a_host_names_no_trade() -> None:
    features = shown(ScoringInput("See https://ada.shop/notes", name="Ada", website="https://ada.loan"))

    assert not {"website_trade", "trade_links"} & set(features)


@pytest.mark.parametrize(
    "host",
    [
        "sloane-sexton.example",
        "essex.example",
        "tutorials.example",
        "stackexchange.com",
        "calendar.example",
        "workshop.example",
        "pillowtalk.example",
        "hypothesis.example",
        "diplomacy.example",
        "updating.example",
        "asteroid.example",
        "contours.example",
        "villasenor.example",
        "alphabet2.example",
        "tibet2008.example",
        "home.t-online.de",
        "luc.free.fr",
        "uk.linkedin.com",
    ],
)
def test_a_host_that_contains_a_trade_by_chance_names_none(host: str) -> None:
    assert "website_trade" not in shown(ScoringInput("Very true", website=f"https://{host}"))


@pytest.mark.parametrize(("name", "host"), [("Oak Fencing", "oak.example"), ("Tom", "oak-fencing.example")])
def test_a_seller_is_elsewhere_only_on_a_page_about_something_else(name: str, host: str) -> None:
    seller = ScoringInput("Very true", name=name, website=f"https://{host}")

    assert "sells_elsewhere" in shown(replace(seller, thread_title="How to bake rye bread"))
    assert "sells_elsewhere" not in shown(replace(seller, thread_title="How long does a fence last?"))
    assert "sells_elsewhere" not in shown(replace(seller, thread_title="Bread", thread_url="/fence-posts"))
    assert "sells_elsewhere" not in shown(seller)


def test_an_answer_with_code_and_a_link_does_not_flatter() -> None:
    body = "However, the test fails because the index is wrong:\nitems.Add(x);\nsee https://docs.example/a/b"

    features = shown(ScoringInput(body))

    assert {"code", "talk", "deep_links"} <= set(features)
    assert not {"paid_flattery", "praise_only", "empty_flattery"} & set(features)


def test_a_comment_in_another_language_than_the_page_is_noticed() -> None:
    body = "Это очень интересная статья, но я с вами не согласен"

    assert "other_language" in shown(ScoringInput(body, thread_title="The bread that you bake on the second day"))
    assert "other_language" not in shown(ScoringInput(body))


def test_words_of_the_title_make_a_comment_on_topic() -> None:
    comment = ScoringInput("My tomatoes never ripen", thread_title="Growing tomatoes in the north")

    assert "on_topic" in shown(comment)
    assert "off_topic" not in shown(comment)


def test_hidden_characters_mixed_alphabets_and_styled_letters_are_noticed() -> None:
    features = shown(ScoringInput("buy\u200b v\u0456agra \U0001d41b\U0001d42e\U0001d432"))

    assert {"hidden", "mixed", "fancy"} <= set(features)


def test_a_byte_order_mark_at_the_end_hides_nothing() -> None:
    assert "hidden" not in shown(ScoringInput("I love this song\ufeff"))


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم نان بپزم", "בוקר טוב\u200f!", "क्\u200dया", "\u200f2024\u200f", "👨\u200d👩\u200d👧 lovely"],
)
def test_marks_that_belong_to_a_spelling_or_an_emoji_hide_nothing(text: str) -> None:
    assert "hidden" not in shown(ScoringInput(text))


@pytest.mark.parametrize("text", ["vi\u200cạgra", "cas\u200c☀ino", "via\u200d😀gra", "v\u200eiagra"])
def test_marks_inside_a_latin_word_hide_something_whatever_stands_beside_them(text: str) -> None:
    assert "hidden" in shown(ScoringInput(text))


def test_a_text_in_cyrillic_is_not_mixed() -> None:
    assert "mixed" not in shown(ScoringInput("Спасибо за статью, очень помогла"))


def test_signals_and_near_copies_are_features() -> None:
    features = shown(
        ScoringInput("hello there", signals=frozenset({"hidden_field", "too_fast", "no_token"}), near_copies=7)
    )

    assert {"trap_field", "too_fast", "odd_token"} <= set(features)
    assert features["near_copies"] == "7 recent near copies"


@given(st.integers(0, 62))
def test_the_description_has_the_exact_count(count: int) -> None:
    at = FEATURES.index("near_copies")

    value = values(ScoringInput("hello", near_copies=count))[at]

    assert describe(at, value) == ("evidence.near_copies", {"n": count})


TEXT = st.text() | st.text(alphabet="htpw:/.@ ()[]<>com+0123 \u0430a\u200b\n", max_size=400)


@settings(deadline=None, max_examples=150)
@given(st.builds(ScoringInput, TEXT, TEXT, TEXT, TEXT, TEXT, near_copies=st.integers()))
def test_the_features_of_any_submission_are_between_0_and_1(comment: ScoringInput) -> None:
    features = values(comment)

    assert len(features) == len(FEATURES)
    assert all(0.0 <= value <= 1.0 for value in features)


@pytest.mark.parametrize(
    "part", ["a", "http://", "www.", "1 ", ". com ", "dot ", "http www ", "a.", "a-", "+1(", "a\u0430", "\n{"]
)
def test_a_long_repetition_takes_linear_time(part: str) -> None:
    assert growth(lambda text: values(ScoringInput(text)), part, count=2_000) < 8


def test_every_feature_has_a_text_for_moderators():
    described = {name: describe(at, 1.0) for at, name in enumerate(FEATURES)}

    assert [name for name, (code, _) in described.items() if code not in TEXTS] == []
    assert [name for name, (code, params) in described.items() if "…" in str(Message(code, params))] == []
