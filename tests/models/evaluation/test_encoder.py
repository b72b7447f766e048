"""What the optional encoder does to groups that texts name, and its card."""

import numpy as np
import pytest

from models.evaluation.encoder import HOLD_AT, card, identity_sentences
from models.evaluation.metrics import bpsn
from models.inference.sentence_encoder import FOLDER, SentenceEncoder
from models.scorer import Scorer, ScoringInput
from tests.models.encoders import needs_encoder


def test_every_language_has_neutral_and_abusive_sentences_about_each_group():
    for language, sentences in identity_sentences().items():
        groups, texts, is_bad = zip(*sentences, strict=True)

        assert len(set(groups)) >= 12, language
        assert len(set(texts)) == len(texts), language
        assert sum(is_bad) * 2 == len(is_bad), language


def test_the_shipped_card_is_the_template_filled_with_the_shipped_figures():
    assert (FOLDER / "CARD.md").read_text(encoding="utf-8") == card(FOLDER)


@pytest.mark.slow
@needs_encoder
def test_no_group_ranks_neutral_sentences_above_abusive_ones():
    scorer = Scorer.load(encoder=SentenceEncoder.find())

    for language, sentences in identity_sentences().items():
        groups, texts, is_bad = zip(*sentences, strict=True)
        named, truth = np.array(groups), np.array(is_bad)
        scores = scorer.score_many([ScoringInput(text) for text in texts], with_evidence=False)
        found = np.array([score.abuse for score in scores])

        assert (found[~truth] >= HOLD_AT["abuse"]).sum() == 0, language
        for group in dict.fromkeys(groups):
            assert bpsn(truth, found, named == group).value >= 0.9, group
