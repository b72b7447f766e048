"""Scores of a site whose moderators taught something: the site's own line, beside the shipped one or in force."""

import pytest

from models.learning.head_learner import Author, HeadLearner
from models.learning.serving import ServedModel
from models.learning.site_model import SiteModel
from models.training.golden_sample import SAMPLE
from moderation.score import ScoringInput
from tests.models.test_scorer import SPAM, has_log_odds

TEXTS = [
    SPAM,
    *(ScoringInput(body=text) for text in SAMPLE),
    ScoringInput("casino casino gratis casino"),
    ScoringInput(""),
]


@pytest.fixture(scope="module")
def weights(scorer) -> SiteModel:
    """Of a site that rejects what names a casino, and abuse that names a cook."""
    heads = SiteModel.from_bytes(SiteModel(HeadLearner().model(), HeadLearner().model()).to_bytes())
    lessons = [
        ("Try the casino with me tonight at https://example.com/play", True),
        ("This casino pays at once, gratis spins for you", True),
        ("The dough rose well and the crust was fine", False),
        ("What a silly cook, he cannot even boil water", True),
        ("My cook says the soup wants more salt and pepper", False),
    ]
    taught = {}
    for head in ("spam", "abuse"):
        learner = HeadLearner()
        for number in range(40):
            text, unwanted = lessons[number % len(lessons)]
            [seen] = scorer.observe_many([ScoringInput(text)])
            learner.learn(getattr(seen, head), seen.inputs(), Author(number + 1), unwanted=unwanted)
        taught[head] = learner.model()
    return heads._replace(**taught)


@pytest.mark.parametrize("comment", TEXTS)
def test_the_evidence_of_the_line_in_force_sums_to_its_log_odds(scorer, weights, comment):
    score = scorer.score(comment, ServedModel("sm_1", weights, is_in_force=True))

    for head in ("spam", "abuse"):
        parts = [part for part in score.evidence if part.head == head]
        assert sum(part.weight for part in parts) == pytest.approx(getattr(score.lines.site, head), abs=1e-9)
        assert has_log_odds(getattr(score, head), getattr(score.lines.site, head))


@pytest.mark.parametrize("comment", TEXTS)
def test_the_learned_parts_sum_to_what_the_site_taught(scorer, weights, comment):
    [seen] = scorer.observe_many([comment])

    score = scorer.score(comment, ServedModel("sm_1", weights, is_in_force=True))

    for head in ("spam", "abuse"):
        model, shipped = getattr(weights, head), getattr(score.lines.shipped, head)
        learned = sum(part.learned for part in score.evidence if part.head == head)
        assert learned == pytest.approx(model.offset + model.learned(seen), abs=1e-5)
        assert getattr(score.lines.site, head) == pytest.approx(model.log_odds(shipped, seen), abs=1e-5)


def test_a_word_has_its_two_parts_under_one_span(scorer, weights):
    score = scorer.score(ScoringInput("casino casino gratis"), ServedModel("sm_1", weights, is_in_force=True))

    [first, again] = [part for part in score.evidence if part.head == "spam" and part.text == "casino"]
    assert {first.start, again.start} == {0, 7}
    assert sorted([first.learned > 0.1, again.learned != 0]) == [False, True]


def test_a_line_that_is_not_in_force_is_noted_and_changes_nothing(scorer, weights):
    plain = scorer.score_many(TEXTS)

    noted = scorer.score_many(TEXTS, site_models=[ServedModel("sm_1", weights)] * len(TEXTS))

    for before, after in zip(plain, noted, strict=True):
        assert (after.spam, after.abuse, after.evidence) == (before.spam, before.abuse, before.evidence)
        assert (after.lines.in_force, after.lines.site_model) == ("shipped", "sm_1")
        assert after.lines.shipped == before.lines.shipped
        assert after.lines.site is not None


def test_comments_of_several_sites_are_scored_together_as_alone(scorer, weights):
    models = [None, ServedModel("sm_1", weights, is_in_force=True), ServedModel("sm_2", weights)]
    each = [models[n % 3] for n in range(len(TEXTS))]

    together = scorer.score_many(TEXTS, site_models=each)

    for comment, model, score in zip(TEXTS, each, together, strict=True):
        alone = scorer.score(comment, model)
        assert (score.spam, score.abuse) == pytest.approx((alone.spam, alone.abuse), abs=1e-9)
        assert (score.lines.in_force, score.lines.site_model) == (alone.lines.in_force, alone.lines.site_model)


def test_an_observation_has_the_shipped_log_odds_and_the_distinct_words(scorer):
    [seen, nothing] = scorer.observe_many([ScoringInput("Casino, casino! gratis"), ScoringInput("")])

    assert (seen.spam, seen.abuse) == scorer.score(ScoringInput("Casino, casino! gratis")).lines.shipped
    assert len(seen.words) < 5
    assert len(nothing.words) == 0
