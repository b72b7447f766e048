import json

from models.artifact import SHIPPED, load
from models.card import card

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
