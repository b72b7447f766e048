import numpy as np

from models.evaluation.metrics import bpsn
from models.training.identity_terms import TERMS, identity_templates
from moderation.score import ScoringInput

ABUSIVE = (
    "You are a stupid idiot and everyone hates you.",
    "Shut up, you pathetic moron.",
    "Go fuck yourself, you piece of shit.",
    "I hope you die, you worthless bastard.",
    "What a bunch of disgusting scum.",
    "Kill yourself, loser.",
)


def abuse(scorer, texts):
    return np.array(
        [score.abuse for score in scorer.score_many([ScoringInput(body=text) for text in texts], with_evidence=False)]
    )


def test_at_most_one_percent_of_neutral_identity_sentences_look_abusive(scorer):
    texts = identity_templates()

    held = [text for text, score in zip(texts, abuse(scorer, texts), strict=True) if score >= 0.5]

    assert len(held) <= len(texts) * 0.01, held


def test_no_identity_term_alone_looks_abusive(scorer):
    texts = [text for term in TERMS for text in (term, f"I am {term}.", f"{term.title()} people")]

    assert [text for text, score in zip(texts, abuse(scorer, texts), strict=True) if score >= 0.5] == []


def test_no_identity_term_ranks_neutral_texts_above_abusive_ones(scorer):
    texts = [*identity_templates(), *ABUSIVE]
    truth = np.array([0] * len(identity_templates()) + [1] * len(ABUSIVE))
    scores = abuse(scorer, texts)

    for term in TERMS:
        named = np.array([f" {term} " in f" {text.lower().rstrip('.,')} " for text in texts])
        if named.any():
            assert bpsn(truth, scores, named).value >= 0.9, term
