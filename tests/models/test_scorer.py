from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.artifact import SHIPPED, load
from models.inference import word_vectors
from models.scorer import BATCH_LETTERS, Scorer
from models.text.lexicon import Lexicon
from models.training.golden_sample import SAMPLE
from moderation.score import ScoringInput
from tests.models import reference

COME_ON = ScoringInput(
    body="Great blog! Cheap watches at www.cheap-watches.example, you idiot. Call +1 800 555 0199 now!",
    name="Cheap Watches Ltd",
    website="http://cheap-watches.example/",
    thread_title="How to season a wok",
)
TEXTS = (
    *SAMPLE,
    "stuuupid idoit " * 30,
    "youarealltotalidiots",
    "schöne Grüße 🙂 !!! 12345",
    "naïve f*ck id.iot n1gh7",
)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load()


def logit(probability: float) -> float:
    return log(probability / (1.0 - probability))


@pytest.mark.parametrize("head", ["abuse", "spam"])
@pytest.mark.parametrize("reading", [COME_ON, *(ScoringInput(body=text) for text in TEXTS)])
def test_the_evidence_of_a_head_sums_to_its_logit(scorer, head, reading):
    score = scorer.score(reading)

    told = sum(part.weight for part in score.evidence if part.head == head)

    assert 1.0 / (1.0 + exp(-told)) == pytest.approx(getattr(score, head), abs=1e-9)


@pytest.mark.parametrize("reading", [COME_ON, *(ScoringInput(body=text) for text in TEXTS)])
def test_evidence_points_at_the_words_as_they_were_received(scorer, reading):
    for part in scorer.score(reading).evidence:
        if part.field == "body":
            assert part.text == reading.body[part.start : part.end]
            assert part.text


def test_a_slow_reference_with_scikit_learns_own_n_grams_agrees(scorer):
    artifact = load(SHIPPED)
    lexicon = Lexicon(dict(zip(artifact.words, artifact.counts.tolist(), strict=True)))

    for reading in (COME_ON, *(ScoringInput(body=text) for text in TEXTS)):
        slow = reference.logits(artifact, lexicon, reading)
        fast = scorer.score(reading).labels
        for label, expected in zip(artifact.manifest["labels"], slow, strict=True):
            assert fast[label] == pytest.approx(1.0 / (1.0 + exp(-expected)), abs=1e-4), (label, reading.body)


def test_the_frozen_sample_still_scores_what_the_manifest_says(scorer):
    for kept in load(SHIPPED).manifest["sample"]:
        score = scorer.score(ScoringInput(body=kept["text"]))
        assert (score.spam, score.abuse) == pytest.approx((kept["spam"], kept["abuse"]), abs=1e-6)


def test_many_are_scored_in_order_and_as_one_by_one(scorer):
    readings = [COME_ON, *(ScoringInput(body=text) for text in TEXTS)] * 3

    together = scorer.score_many(readings)

    for reading, score in zip(readings, together, strict=True):
        alone = scorer.score(reading)
        assert (score.spam, score.abuse) == pytest.approx((alone.spam, alone.abuse), abs=1e-9)
        assert score.language == alone.language


@pytest.mark.parametrize("praise", ["Nice article!", "Great post!", "Very nice", "Thank you so much"])
def test_short_praise_is_judged_by_who_sends_it_and_where_that_leads(scorer, praise):
    seller = ScoringInput(praise, name="Online Casino", website="https://online-casino-bonus.com")
    reader = ScoringInput(praise, name="Anna Rossi", website="https://annarossi.example/blog")

    assert scorer.score(seller).spam > 0.4
    assert scorer.score(reader).spam < 0.05


def test_a_firm_that_has_something_to_say_is_no_seller(scorer):
    firm = {"name": "Brian Price Services", "website": "https://brianprice.example"}

    assert scorer.score(ScoringInput("My son loves trains", **firm)).spam < 0.2
    assert scorer.score(ScoringInput("We baked it with rye, and it took longer to rise.", **firm)).spam < 0.2


def test_a_threat_is_not_hidden_by_praise_around_it(scorer):
    praise = "What a wonderful and thoughtful article, thank you so much for sharing it with us. "

    score = scorer.score(ScoringInput(body=praise * 3 + "I will kill you, you worthless bitch. " + praise * 3))

    assert score.abuse > 0.5


def test_a_text_says_which_language_it_is_in_and_how_far_the_model_knows_it(scorer):
    english, turkish = scorer.score_many(
        [
            ScoringInput(body="Thanks for the article, it was very useful to me."),
            ScoringInput(body="Bu yazı için çok teşekkür ederim, çok iyi."),
        ]
    )

    assert (english.language, turkish.language) == ("en", "tr")
    assert english.confidence > 0.9
    assert turkish.confidence < 0.5


def test_no_text_at_all_is_scored_too(scorer):
    assert scorer.score_many([]) == []
    for text in ("", " ", "\u200b", "\x00", "…"):
        assert 0.0 <= scorer.score(ScoringInput(body=text)).abuse < 0.5


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_unicode_is_scored(text):
    score = SHARED.score(ScoringInput(body=text, name=text[:40], website=text[:60], thread_title=text[:80]))

    assert 0.0 <= score.abuse <= 1.0
    assert 0.0 <= score.spam <= 1.0
    assert all(text[part.start : part.end] == part.text for part in score.evidence if part.field == "body")


SHARED = Scorer.load()


MIXED_MARKS = "\u0300\u0316\u0334\u0345\u0327\u0328\u031b"  # each of another class: Unicode sorts them


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000, "e" + "\u0301" * 100_000, "a " * 500_000, "x.y." * 250_000, "1a" * 500_000, "𝐚" * 300_000,
        "中" * 300_000, "中 文 " * 100_000, MIXED_MARKS * 10_000, "\ud800" * 20_000,
        "http://" * 50_000, "<a href=" * 50_000, "@$" * 200_000,
    ],
    ids=lambda text: f"{text[:8]!r}",
)  # fmt: skip
def test_a_hostile_text_is_scored_like_any_other(scorer, text):
    score = scorer.score(ScoringInput(body=text))

    assert 0.0 <= score.abuse <= 1.0


def test_of_a_long_text_the_middle_is_not_read_and_every_place_stays(scorer):
    filler = "добрый хлеб " * 500  # 11,000 bytes
    ends, hides = filler + "you idiot", filler + "you idiot " + filler

    told = [part for part in scorer.score(ScoringInput(body=ends)).evidence if part.text == "idiot"]

    assert {(part.start, part.end) for part in told} == {(ends.index("idiot"), len(ends))}
    assert (
        scorer.score(ScoringInput(body=hides)).abuse
        == scorer.score(ScoringInput(body=filler + " " * 10 + filler)).abuse
    )


@pytest.fixture
def forgetful(monkeypatch):
    """A scorer of its own that forgets new words when it knows more than a thousand."""
    monkeypatch.setattr(word_vectors, "NEW_WORDS", 1_000)
    return Scorer.load()


def flood(scorer):
    """Show it five thousand new words, five hundred at a time."""
    for round_ in range(10):
        words = [f"zq{round_}x{i:x}q" for i in range(500)]
        scorer.score_many(
            [ScoringInput(body=" ".join(words[i : i + 50])) for i in range(0, len(words), 50)], told=False
        )


def test_words_that_nobody_knows_do_not_fill_the_memory(forgetful):
    flood(forgetful)

    assert len(forgetful._rows._new) <= 1_500


def test_a_new_word_scores_the_same_after_its_memory_was_thrown_away(forgetful):
    text = ScoringInput(body="flurbelish quoxinating idiots")
    before = forgetful.score(text).abuse

    flood(forgetful)

    assert "flurbelish" not in forgetful._rows._new
    assert forgetful.score(text).abuse == pytest.approx(before, abs=1e-9)


def test_a_batch_of_texts_without_letters_is_no_batch_without_end(scorer):
    scores = scorer.score_many(
        [ScoringInput(body="")] * (BATCH_LETTERS + 2) + [ScoringInput(body="you idiot")], told=False
    )

    assert scores[-1].abuse == pytest.approx(scorer.score(ScoringInput(body="you idiot")).abuse, abs=1e-9)
