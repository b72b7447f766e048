from math import exp

import pytest

from models.scorer import Scorer
from moderation.score import Reading


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load()


@pytest.mark.parametrize("head", ["abuse", "spam"])
def test_the_evidence_of_a_head_sums_to_its_logit(scorer, head):
    score = scorer.score(Reading(body="What a wonderful article, you idiot! Visit www.cheap-watches.example now."))

    logit = sum(part.weight for part in score.evidence if part.head == head)

    assert 1.0 / (1.0 + exp(-logit)) == pytest.approx(getattr(score, head), abs=1e-9)


def test_an_insult_scores_above_a_thank_you(scorer):
    insult, thanks = scorer.score_many([Reading(body="You are a fucking idiot."), Reading(body="Thanks, that helped.")])

    assert insult.abuse > 0.9
    assert thanks.abuse < 0.1
