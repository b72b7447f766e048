import numpy as np
import pytest

from models.evaluation.metrics import bpsn
from models.scorer import Scorer
from models.training.identity_terms import TERMS, identity_templates
from moderation.score import ScoringInput

HURTFUL = (
    "You are a stupid idiot and everyone hates you.",
    "Shut up, you pathetic moron.",
    "Go fuck yourself, you piece of shit.",
    "I hope you die, you worthless bastard.",
    "What a bunch of disgusting scum.",
    "Kill yourself, loser.",
)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load()


def abuse(scorer, texts):
    return np.array(
        [score.abuse for score in scorer.score_many([ScoringInput(body=text) for text in texts], told=False)]
    )


def test_naming_who_one_is_is_not_held(scorer):
    texts = identity_templates()

    held = [text for text, chance in zip(texts, abuse(scorer, texts), strict=True) if chance >= 0.5]

    assert len(held) <= len(texts) * 0.01, held


@pytest.mark.parametrize("term", TERMS)
def test_a_term_alone_never_moves_a_score_past_hold(scorer, term):
    assert abuse(scorer, [term, f"I am {term}.", f"{term.title()} people"]).max() < 0.5


def test_no_term_makes_peace_look_like_war(scorer):
    texts = [*identity_templates(), *HURTFUL]
    truth = np.array([0] * len(identity_templates()) + [1] * len(HURTFUL))
    chances = abuse(scorer, texts)

    for term in TERMS:
        named = np.array([f" {term} " in f" {text.lower().rstrip('.,')} " for text in texts])
        if named.any():
            assert bpsn(truth, chances, named).value >= 0.9, term
