import json

import pytest

from models.artifact import SHIPPED, load
from models.evaluation.card import Target, _target_line, card, details

FAMILIES = (("loans", 0.85), ("prizes", 0.75))
AREA = {"value": 0.75, "low": 0.7, "high": 0.8, "n": 100}


def shipped(name):
    return json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))


def test_the_details_have_the_tables_of_other_commands_if_they_were_run():
    report = shipped("evaluation")
    sets = dict.fromkeys(("jigsaw", "kaggle_insults", "surge_toxicity", "paradetox", "haacked"), AREA)
    baselines = [{"name": "a plain baseline", "note": "", **sets, "worst term": {"term": "gay", **AREA}}]
    source_ablation = {"spam": [{"without": "", "texts": 0, "own": None, "dev": {"instagram": 0.75}}]}
    family_ablation = {"spam": [{"family": "loans", "texts": 100, "seen": 0.99, "unseen": 0.85}]}

    without = details(load(), report)
    full = details(load(), report, baselines, source_ablation, family_ablation)

    assert "a plain baseline" not in without
    assert "| a plain baseline | 0.750 |" in full
    assert "| nothing | | | | 0.750 |" in full
    assert "| loans | 100 | 0.990 | 0.850 |" in full


def test_the_card_has_the_mean_of_families_that_training_has_not_seen():
    families = [{"family": name, "texts": 100, "seen": 0.99, "unseen": unseen} for name, unseen in FAMILIES]

    page = card(load(), shipped("evaluation"), {"spam": families, "abuse": families[:1]})

    assert "0.80 for spam (0.99 with it) and 0.85 for abuse (0.99 with it)" in page.replace("\n", " ")


def test_the_card_is_a_page():
    page = card(load(), shipped("evaluation"))

    assert len(page.splitlines()) < 90


def test_the_shipped_card_is_the_template_filled_with_the_shipped_figures():
    report, *others, perspective = map(
        shipped, ("evaluation", "baselines", "source_ablation", "family_ablation", "perspective")
    )

    assert (SHIPPED / "CARD.md").read_text(encoding="utf-8") == card(load(), report, others[-1])
    expected = details(load(), report, *others, perspective)
    assert (SHIPPED / "DETAILS.md").read_text(encoding="utf-8") == expected


def test_the_targets_include_attacks_on_each_head():
    targets = card(load(), shipped("evaluation"))

    for head in ("spam", "abuse"):
        assert f"| {head}: largest loss of AUC under a reversible attack (" in targets
        assert f"| {head}: largest loss of AUC under an irreversible attack (" in targets


@pytest.mark.parametrize(
    ("value", "less_is_better", "result"),
    [
        (0.95, False, "(desired met)"), (0.85, False, "(required met)"), (0.75, False, "**(not met)**"),
        (0.75, True, "(desired met)"), (0.85, True, "(required met)"), (0.95, True, "**(not met)**"),
    ],
)  # fmt: skip
def test_a_target_is_compared_with_what_was_required_and_desired(value, less_is_better, result):
    required, desired = (0.9, 0.8) if less_is_better else (0.8, 0.9)
    target = Target("spam", "", "", required, desired, less_is_better=less_is_better)

    assert f"{value} {result}" in _target_line(target, "", value, str(value), "")
