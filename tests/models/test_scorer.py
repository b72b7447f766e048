from math import inf, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.batch_reader import BATCH_CHARS
from models.inference import vocabulary
from models.scorer import Scorer
from models.training.golden_sample import SAMPLE
from moderation.score import ScoringInput
from tests.models import reference

SPAM = ScoringInput(
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
    "Du bist so ein dummes Arschloch, verpiss dich endlich aus diesem Forum!",
    "salak mısın sen amk, siktir git buradan, kimse seni dinlemiyor",
    "Obrigado pelo artigo, gostei muito das fotos da viagem.",
)
COMMENTS = [SPAM, *(ScoringInput(body=text) for text in TEXTS)]


def logit(probability: float) -> float:
    return log(probability / (1.0 - probability)) if probability < 1.0 else inf


def has_log_odds(probability: float, expected: float, *, within: float = 1e-9) -> bool:
    """Whether a probability has these log-odds, which do not saturate, as far as a float near 1 can tell."""
    if probability == 1.0:
        return expected > 36
    return abs(logit(probability) - expected) <= within + 4e-16 / (1.0 - probability)


@pytest.mark.parametrize("comment", COMMENTS)
def test_the_evidence_of_a_head_sums_to_its_logit(scorer, comment):
    score = scorer.score(comment)

    for head in ("abuse", "spam"):
        total = sum(part.weight for part in score.evidence if part.head == head)
        assert has_log_odds(getattr(score, head), total)


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_score_names_the_log_odds_of_the_shipped_line(scorer, comment):
    score = scorer.score(comment)

    assert has_log_odds(score.spam, score.lines.shipped.spam)
    assert has_log_odds(score.abuse, score.lines.shipped.abuse)
    assert (score.lines.in_force, score.lines.site) == ("shipped", None)


@pytest.mark.parametrize("comment", COMMENTS)
def test_evidence_has_the_words_as_they_were_received(scorer, comment):
    parts = [part for part in scorer.score(comment).evidence if part.field == "body"]

    assert bool(parts) == bool(comment.body)
    for part in parts:
        assert part.text == comment.body[part.start : part.end] != ""


def test_a_slow_reference_implementation_gives_the_same_scores(scorer, artifact, lexicon):
    for comment in COMMENTS:
        expected = reference.logits(artifact, lexicon, comment)
        for label, log_odds in zip(scorer.score(comment).labels.items(), expected, strict=True):
            assert has_log_odds(label[1], log_odds, within=1e-3), (label, comment.body)


def test_the_golden_sample_still_has_the_scores_in_the_manifest(scorer, artifact):
    for golden in artifact.manifest["sample"]:
        score = scorer.score(ScoringInput(body=golden["text"]))
        assert (score.spam, score.abuse) == pytest.approx((golden["spam"], golden["abuse"]), abs=1e-6)


def test_a_batch_gives_the_same_scores_in_order_as_one_by_one(scorer):
    together = scorer.score_many(COMMENTS * 3)

    for comment, score in zip(COMMENTS * 3, together, strict=True):
        alone = scorer.score(comment)
        assert (score.spam, score.abuse) == pytest.approx((alone.spam, alone.abuse), abs=1e-9)
        assert score.language == alone.language


def test_scores_without_evidence_are_the_same(scorer):
    explained, bare = scorer.score_many(COMMENTS), scorer.score_many(COMMENTS, with_evidence=False)

    assert [score.labels for score in bare] == [score.labels for score in explained]
    assert not any(score.evidence for score in bare)


@pytest.mark.parametrize("praise", ["Nice article!", "Great post!", "Very nice", "Thank you so much"])
def test_short_praise_is_spam_only_if_it_comes_from_a_seller(scorer, praise):
    seller = {"name": "Online Casino", "website": "https://online-casino-bonus.com"}
    reader = {"name": "Anna Rossi", "website": "https://annarossi.example/blog"}

    by_seller, by_reader = (
        scorer.score(ScoringInput(praise, thread_title="How to bake rye bread", **fields)).spam
        for fields in (seller, reader)
    )

    assert by_seller > 0.8
    assert by_reader < 0.1


def test_a_company_with_something_to_say_is_no_spammer(scorer):
    company = {"name": "Brian Price Services", "website": "https://brianprice.example"}

    assert scorer.score(ScoringInput("My son loves trains", **company)).spam < 0.5
    assert scorer.score(ScoringInput("We baked it with rye, and it took longer to rise.", **company)).spam < 0.7


PROFILES = (
    "https://github.com/adabyron/oven-timer",
    "https://www.linkedin.com/in/adabyron",
    "https://crumbs.example/2024/03/my-second-loaf/",
    "https://www.youtube.com/channel/UCx8Jr0fake3Zp1q",
    "http://people.physics.example/~ada/index.html",
    "https://adabyron.example",
    "https://www.facebook.com/ada.byron.77",
    "https://medium.com/@adabyron/on-sourdough-4f1c",
    "https://t.me/adabyron",
    "https://home.t-online.de/adabyron",
    "https://uk.linkedin.com/in/adabyron",
)


@pytest.mark.parametrize("website", PROFILES)
@pytest.mark.parametrize(
    "body",
    [
        "I had the same trouble in winter. A warm oven with only the lamp on solved it.",
        "Does this work with spelt flour as well?",
        "Thanks for the second photo, now I see what you mean by a window pane.",
    ],
)
def test_a_reader_who_gives_her_profile_or_page_is_no_spammer(scorer, body, website):
    page = {"thread_title": "How to bake rye bread", "thread_url": "https://blog.example/rye-bread"}

    comment = ScoringInput(body, name="Ada Byron", website=website, **page)

    assert scorer.score(comment).spam < 0.5


@pytest.mark.parametrize(
    ("text", "endings"),
    [
        ("Best offers on https://lamp-land.{}/new today", ("com", "xyz", "app", "win", "biz")),
        ("visit www.lampland.{} now", ("com", "xyz", "app", "win", "biz")),
        ("more at lamp-land.{}, hurry", ("com", "xyz", "top", "org")),
    ],
)
def test_the_ending_of_a_host_adds_nothing_to_a_score(scorer, text, endings):
    comments = [
        ScoringInput(text.format(ending), name="Lamp Land", website=f"https://lamp-land.{ending}")
        for ending in endings
    ]

    scores = scorer.score_many(comments)

    assert len({score.lines.shipped for score in scores}) == 1


@pytest.mark.parametrize(
    ("rude", "friendly"),
    [
        ("Halt die Fresse, du widerliches Stück Dreck!", "Danke, das Rezept ist uns gut gelungen."),
        ("siktir git buradan orospu çocuğu, seni kim takar", "Elinize sağlık, tarif çok güzel oldu, teşekkürler."),
        ("Eres un imbécil de mierda y nadie te quiere aquí.", "Gracias por el artículo, las fotos son muy bonitas."),
    ],
)  # fmt: skip
def test_abuse_in_other_languages_is_told_from_friendly_words(scorer, rude, friendly):
    assert scorer.score(ScoringInput(rude)).abuse > 0.5 > 0.2 > scorer.score(ScoringInput(friendly)).abuse


def test_listed_swear_words_are_part_of_the_evidence(scorer):
    evidence = scorer.score(ScoringInput("siktir git buradan orospu çocuğu, seni kim takar")).evidence

    [listed] = [part for part in evidence if part.code == "evidence.swearing"]
    assert (listed.head, listed.params) == ("abuse", {"n": 2})
    assert listed.weight > 0


def test_praise_around_a_threat_does_not_hide_it(scorer):
    praise = "What a wonderful and thoughtful article, thank you so much for sharing it with us. "

    score = scorer.score(ScoringInput(body=praise * 3 + "I will kill you, you worthless bitch. " + praise * 3))

    assert score.abuse > 0.5


def test_a_score_has_the_language_and_how_well_the_model_knows_it(scorer):
    english, turkish = scorer.score_many(
        [
            ScoringInput(body="Thanks for the article, it was very useful to me."),
            ScoringInput(body="Bu yazı için çok teşekkür ederim, çok iyi."),
        ]
    )

    assert (english.language, turkish.language) == ("en", "tr")
    assert english.confidence > 0.9
    assert min(english.language_confidence, turkish.language_confidence) > 0.9
    assert turkish.confidence < 0.5


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\x00", "…"])
def test_a_text_without_words_is_not_abusive(scorer, text):
    assert 0.0 <= scorer.score(ScoringInput(body=text)).abuse < 0.5


def test_no_comments_have_no_scores(scorer):
    assert scorer.score_many([]) == []


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(), max_size=300))
def test_any_unicode_text_has_finite_evidence_that_sums_to_its_score(scorer, text):
    score = scorer.score(ScoringInput(body=text, name=text[:40], website=text[:60], thread_title=text[:80]))

    spam = sum(part.weight for part in score.evidence if part.head == "spam")
    assert has_log_odds(score.spam, spam, within=1e-6)
    assert all(text[part.start : part.end] == part.text for part in score.evidence if part.field == "body")


MARKS_OF_SEVERAL_CLASSES = "\u0300\u0316\u0334\u0345\u0327\u0328\u031b"  # which Unicode sorts


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000, "e" + "\u0301" * 100_000, "a " * 500_000, "x.y." * 250_000, "1a" * 500_000, "𝐚" * 300_000,
        "中" * 300_000, "中 文 " * 100_000, MARKS_OF_SEVERAL_CLASSES * 10_000, "\ud800" * 20_000,
        "http://" * 50_000, "<a href=" * 50_000, "@$" * 200_000,
    ],
    ids=lambda text: f"{text[:8]!r}",
)  # fmt: skip
@pytest.mark.timeout(20)
def test_a_hostile_text_is_scored_like_its_start_and_end(scorer, text):
    shortened = scorer.score(ScoringInput(body=text))

    assert shortened.abuse == pytest.approx(scorer.score(ScoringInput(body=blank_middle(text))).abuse, abs=1e-9)


def blank_middle(text: str) -> str:
    """The text with all but its first 6,000 and last 2,000 bytes removed."""
    raw = text.encode("utf-8", "replace")
    return raw[:6_000].decode("utf-8", "ignore") + " " + raw[-2_000:].decode("utf-8", "ignore")


def test_the_middle_of_a_long_text_is_not_read_and_positions_stay(scorer):
    filler = "добрый хлеб " * 500  # 11,000 bytes
    at_the_end, in_the_middle = filler + "you idiot", filler + "you idiot " + filler

    parts = [part for part in scorer.score(ScoringInput(body=at_the_end)).evidence if part.text == "idiot"]

    assert {(part.start, part.end) for part in parts} == {(at_the_end.index("idiot"), len(at_the_end))}
    blanked = filler + " " * 10 + filler
    assert scorer.score(ScoringInput(body=in_the_middle)).abuse == scorer.score(ScoringInput(body=blanked)).abuse


@pytest.fixture
def forgetful_scorer(monkeypatch, artifact):
    """A scorer that forgets new words once it has more than a thousand."""
    monkeypatch.setattr(vocabulary, "MAX_NEW_WORDS", 1_000)
    return Scorer(artifact)


def score_new_words(scorer):
    """Score five thousand new words, five hundred per batch."""
    for batch in range(10):
        words = [f"zq{batch}x{i:x}q" for i in range(500)]
        scorer.score_many(
            [ScoringInput(body=" ".join(words[i : i + 50])) for i in range(0, len(words), 50)], with_evidence=False
        )


def test_the_number_of_new_words_in_memory_is_bounded(forgetful_scorer):
    score_new_words(forgetful_scorer)

    assert len(forgetful_scorer._reader._vocabulary) - forgetful_scorer._reader._vocabulary.size <= 1_500


def test_a_new_word_has_the_same_score_after_it_was_forgotten(forgetful_scorer):
    comment = ScoringInput(body="flurbelish quoxinating idiots")
    before = forgetful_scorer.score(comment).abuse

    score_new_words(forgetful_scorer)

    assert "flurbelish" not in forgetful_scorer._reader._vocabulary.words
    assert forgetful_scorer.score(comment).abuse == pytest.approx(before, abs=1e-9)


def test_empty_texts_count_towards_the_size_of_a_batch(scorer, monkeypatch):
    monkeypatch.setattr("models.batch_reader.BATCH_CHARS", BATCH_CHARS // 100)
    sizes = []
    score_batch = scorer._score_batch
    monkeypatch.setattr(scorer, "_score_batch", lambda batch, *a: sizes.append(len(batch)) or score_batch(batch, *a))

    scorer.score_many([ScoringInput(body="")] * 1_500, with_evidence=False)

    assert len(sizes) == 3
    assert max(sizes) <= BATCH_CHARS // 100 + 1
