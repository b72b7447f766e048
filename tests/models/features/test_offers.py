"""The ways to sell without a plain link, and the innocent texts that resemble them."""

import pytest

from models.features.offers import OFFERS, offer_features
from models.features.submission import FEATURES, submission_features
from models.inference.reader import Reader
from models.inference.vocabulary import Vocabulary
from models.text.lexicon import Lexicon
from moderation.score import ScoringInput


def offers(body: str, **fields: str) -> set[str]:
    """The names of the offer features that a comment has."""
    comment, text = ScoringInput(body, **fields), Reader(Vocabulary(Lexicon({}))).read(body)
    values = submission_features(comment, text.counts, text.feature_words(), "en")
    return {name for name, value in zip(FEATURES, values, strict=True) if name in OFFERS and value}


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        ("QuickBooks customer support number", "support_number"),
        ("Call the Norton helpline", "support_line"),
        ("Thanks for the post. Office Fit Out Company Dubai", "trade_at_end"),
        ("Nice pictures!\nVilla Renovation Contractors Abu Dhabi", "trade_at_end"),
        ("my song is better, search for Lil Example", "search_for"),
        ("new here, find me as moonlight77 on the page", "search_for"),
        ("write me on WhatsApp +1 555 0100 200", "messenger"),
        ("Telegram: @fastprofit", "messenger"),
        ("earn a passive income starting today", "money_now"),
        ("see youtu. be/abc123", "broken_link"),
        ("see www. cheap-loans.example", "broken_link"),
        ("http://cheap.example/</b>loans", "broken_link"),
        ("I make $300 a day with this app", "income"),
        ("earn 0.5 bitcoin each week from home", "income"),
        ("Ich verdiene damit 6.500 Euro im Monat", "income"),
        ("5 % daily, withdraw at any time", "income"),
        ("заработок 3000 рублей в день", "income"),
    ],
)
def test_an_offer_without_a_plain_link_is_noticed(body: str, sign: str) -> None:
    assert sign in offers(body)


@pytest.mark.parametrize(
    "body",
    [
        "I called Lufthansa and they were kind.",
        "My printer needs support, and so does my back.",
        "Thanks a lot!\nBest regards, Tom Miller",
        "We walked to the river. It was a quiet evening there.",
        "I searched the shelves for an hour.",
        "You will find me in the garden.",
        "My sister uses WhatsApp too.",
        "The price of bread rose again.",
        "It was 25 € in March and 30 € in May.",
        "The whole walk took 3 hours a day.",
        "I paid $5 last week.",
        "Prices dropped 20 percent in a week.",
        "That is the end. Nothing more to say.",
    ],
)
def test_an_innocent_text_has_no_sign_of_an_offer(body: str) -> None:
    assert offers(body) == set()


def test_the_authors_name_in_the_text_sells_something_only_with_a_destination() -> None:
    body = "Great tips. We at Miller Roofing do the same."

    assert "name_in_text" in offers(body, name="Miller Roofing", website="https://roof.example")
    assert "name_in_text" not in offers(body, name="Miller Roofing")


def test_a_text_without_words_has_no_offer() -> None:
    text = Reader(Vocabulary(Lexicon({}))).read("!!!")

    assert offer_features("!!!", "!!!", "", text.counts, set(), False) == [0.0] * len(OFFERS)
