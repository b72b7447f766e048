import json

from models.artifact import SHIPPED, load
from models.evaluation.card import card

AREA = {"value": 0.75, "low": 0.7, "high": 0.8, "n": 100}


def test_the_tables_of_other_commands_are_on_the_card_once_they_were_made():
    report = json.loads((SHIPPED / "evaluation.json").read_text(encoding="utf-8"))
    sets = dict.fromkeys(("jigsaw", "kaggle_insults", "surge_toxicity", "paradetox", "haacked"), AREA)
    frontier = [{"name": "a plain rival", "note": "", **sets, "worst term": {"term": "gay", **AREA}}]
    holdout = {"spam": [{"without": "", "texts": 0, "own": None, "dev": {"instagram": 0.75}}]}

    without, full = card(load(), report), card(load(), report, frontier, holdout)

    assert "a plain rival" not in without
    assert "| a plain rival | 0.750 |" in full
    assert "| nothing | | | | 0.750 |" in full


def test_the_card_that_ships_says_what_was_measured_and_what_the_story_tells():
    report, frontier, holdout = (
        json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("evaluation", "frontier", "holdout")
    )

    assert (SHIPPED / "CARD.md").read_text(encoding="utf-8") == card(load(), report, frontier, holdout)


def test_spam_in_disguise_has_a_line_of_its_own_among_the_bars():
    report = json.loads((SHIPPED / "evaluation.json").read_text(encoding="utf-8"))

    bars = card(load(), report).partition("## In domain")[0]

    assert "| spam: loss of AUC under the worst attack that can be undone (" in bars
    assert "| abuse: loss of AUC under the worst attack that can be undone (" in bars
