import random
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from models.evaluation.benchmarks import Benchmark
from models.evaluation.family_ablation import ablate_families, merged
from models.evaluation.family_ablation import as_markdown as families_table
from models.evaluation.source_ablation import ablate, as_markdown, source_names
from models.evaluation.source_ablation import test_sets as dev_sets
from models.training.datasets import Example
from models.training.train import build_corpus

pytestmark = pytest.mark.slow  # seconds of processor time

REST = ["today", "here", "again", "about", "the", "garden", "and", "that", "old", "bridge", "near", "town"]


def an_example(word: str, bad: bool, source: str, draw: random.Random) -> Example:
    text = " ".join([word, *draw.sample(REST, 6)])
    return Example(text, {"abuse": float(bad), "spam": float(bad)}, source)


@pytest.fixture(scope="module")
def corpus():
    """Two sources. Only one of them, with its changed copies, has "blorp" as an insult."""
    draw = random.Random(3)
    known = [an_example(draw.choice(("idiot", "thanks")), False, "jigsaw", draw) for _ in range(300)]
    known = [replace(each, labels={"abuse": float("idiot" in each.text)}) for each in known]
    secret = [an_example("blorp" if bad else "flumm", bad, "civil", draw) for bad in (True, False) * 150]
    copies = [replace(each, text=f"{each.text} friend", source="kind_words", corpus="civil") for each in secret]
    return build_corpus([*known, *secret, *copies])


@pytest.fixture(scope="module")
def dev(corpus):
    draw = random.Random(4)
    texts = [an_example(word, False, "", draw).text for word in ("blorp", "flumm") * 50]
    benchmark = Benchmark("", "abuse", "en", texts, np.array([1.0, 0.0] * 50))
    benchmarks = dict.fromkeys(("kaggle_insults", "surge_toxicity", "paradetox"), benchmark)
    return dev_sets(corpus, benchmarks, "abuse")


@pytest.fixture(scope="module")
def table(corpus, dev):
    with threadpool_limits(1):
        return list(ablate(corpus, "abuse", dev, steps=8))


def test_a_changed_copy_belongs_to_the_source_of_its_original(corpus):
    assert source_names(corpus, "abuse") == ["civil", "jigsaw"]


def test_a_model_without_a_source_does_not_know_its_words(table):
    full, civil, jigsaw = table

    assert full["dev"]["kaggle_insults"] > 0.95
    assert civil["own"]["full"] > 0.95
    assert civil["own"]["without"] < 0.7
    assert civil["dev"]["kaggle_insults"] < 0.7
    assert jigsaw["dev"]["kaggle_insults"] > 0.95


def test_the_table_has_a_line_per_source(table):
    lines = as_markdown(table).splitlines()

    assert lines[2].startswith("| nothing |")
    assert lines[3].startswith("| civil |")


def test_a_family_that_is_left_out_is_measured_unseen(corpus):
    families = ["secret" if origin == "civil" else "" for origin in corpus.origins]
    examples = [replace(each, family=name) for each, name in zip(corpus.examples, families, strict=True)]
    used = np.ones(len(examples), dtype=bool)
    with threadpool_limits(1):
        rows = list(ablate_families(replace(corpus, examples=examples), "abuse", ["secret", "none"], used, steps=8))

    [row] = rows
    assert (row["family"], row["seen"] > 0.95) == ("secret", True)
    assert row["unseen"] < 0.7
    assert "| **mean** | |" in families_table(rows)


def test_families_measured_later_replace_their_own_rows_only():
    old = {"spam": [{"family": "loans", "unseen": 0.8}, {"family": "prizes", "unseen": 0.9}], "abuse": []}
    new = {"spam": [{"family": "prizes", "unseen": 0.7}, {"family": "crypto_jobs", "unseen": 0.6}]}

    rows = merged(old, new)["spam"]

    assert [(row["family"], row["unseen"]) for row in rows] == [("crypto_jobs", 0.6), ("loans", 0.8), ("prizes", 0.7)]


def test_a_family_that_is_gone_loses_its_row():
    assert merged({"spam": [{"family": "no such family"}]}, {})["spam"] == []
