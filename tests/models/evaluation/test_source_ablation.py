import random
from dataclasses import replace

import numpy as np
import pytest

from models.evaluation.benchmarks import Benchmark
from models.evaluation.source_ablation import as_markdown, exams, leave_out, taught_by
from models.training.datasets import Example
from models.training.train import gather

REST = ["today", "here", "again", "about", "the", "garden", "and", "that", "old", "bridge", "near", "town"]


def said(word: str, bad: bool, source: str, draw: random.Random) -> Example:
    text = " ".join([word, *draw.sample(REST, 6)])
    return Example(text, {"abuse": float(bad), "spam": float(bad)}, source)


@pytest.fixture(scope="module")
def corpus():
    """Two sources: only one of them knows that a blorp is an insult, and its changed copies know it too."""
    draw = random.Random(3)
    known = [said(draw.choice(("idiot", "thanks")), False, "jigsaw", draw) for _ in range(300)]
    known = [replace(each, labels={"abuse": float("idiot" in each.text)}) for each in known]
    secret = [said("blorp" if bad else "flumm", bad, "civil", draw) for bad in (True, False) * 150]
    copies = [replace(each, text=f"{each.text} friend", source="kind_words", corpus="civil") for each in secret]
    return gather([*known, *secret, *copies])


@pytest.fixture(scope="module")
def dev(corpus):
    draw = random.Random(4)
    texts = [said(word, False, "", draw).text for word in ("blorp", "flumm") * 50]
    stick = Benchmark("", "abuse", "en", texts, np.array([1.0, 0.0] * 50))
    sticks = dict.fromkeys(("kaggle_insults", "surge_toxicity", "paradetox"), stick)
    return exams(corpus, sticks, "abuse")


@pytest.fixture(scope="module")
def table(corpus, dev):
    return list(leave_out(corpus, "abuse", dev, steps=8))


def test_a_changed_copy_counts_as_of_its_source(corpus):
    assert taught_by(corpus, "abuse") == ["civil", "jigsaw"]


def test_what_only_one_source_knew_is_unknown_without_it(table):
    full, civil, jigsaw = table

    assert full["dev"]["kaggle_insults"] > 0.95
    assert civil["own"]["full"] > 0.95
    assert civil["own"]["without"] < 0.7
    assert civil["dev"]["kaggle_insults"] < 0.7
    assert jigsaw["dev"]["kaggle_insults"] > 0.95


def test_the_table_tells_the_change(table):
    lines = as_markdown(table).splitlines()

    assert lines[2].startswith("| nothing |")
    assert lines[3].startswith("| civil |")
