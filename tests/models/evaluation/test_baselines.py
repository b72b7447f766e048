import random

import numpy as np
import pytest

from models.evaluation.baselines.benchmark import Sets, cost, judging_sets, quality, scored
from models.evaluation.baselines.cascade import second_opinion
from models.evaluation.baselines.data import Baseline, TrainingSet, training_part
from models.evaluation.baselines.embeddings import learned_vectors, vector_rivals
from models.evaluation.baselines.linear import linear_rivals, log_count_ratios
from models.evaluation.baselines.table import as_markdown
from models.evaluation.benchmarks import Benchmark
from models.training.datasets import Example

RUDE = "you idiot", "what a moron", "shut up fool", "pathetic loser"
KIND = "thank you", "what a walk", "lovely bread", "a fine read"
REST = ["today", "friend", "here", "again", "about", "the", "garden", "and", "that", "old", "bridge", "near", "town"]


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, bool]]:
    draw = random.Random(7)
    both = [(draw.choice(RUDE if bad else KIND), bad) for bad in (True, False, False) * 200]
    return [
        (f"{part} {' '.join(draw.sample(REST, 5))} {draw.choice(('gay', 'old'))} friend", bad) for part, bad in both
    ]


@pytest.fixture(scope="module")
def examples(texts) -> list[Example]:
    return [Example(text, {"insult": float(bad), "abuse": float(bad)}, "jigsaw") for text, bad in texts]


@pytest.fixture(scope="module")
def sets(texts, examples) -> Sets:
    names = "kaggle_insults", "surge_toxicity", "paradetox", "haacked", "identity templates"
    truth = np.array([float(bad) for _, bad in texts])
    sticks = {name: Benchmark(name, "abuse", "en", [text for text, _ in texts], truth) for name in names}
    return judging_sets(examples, sticks)


def rivals(material):
    yield from linear_rivals(material, bits=12)
    yield from vector_rivals(material, *learned_vectors(material.texts, width=8))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # their steps are few on purpose
def test_every_rival_learns_who_is_rude_and_fills_its_row(examples, sets):
    material = training_part(examples)

    table = [
        {"name": rival.name, "note": rival.note, **quality(scored(rival, sets), sets), **cost(rival, ["hello"] * 700)}
        for rival in rivals(material)
    ]

    assert min(row["kaggle_insults"]["value"] for row in table) > 0.9
    assert all(row["bytes"] > 1000 and row["one_us"] > 0 and row["batch_per_s"] > 0 for row in table)
    assert len(as_markdown(table).splitlines()) == 2 + len(table)


def test_only_the_training_part_is_learned_from(examples):
    material = training_part([*examples, Example("buy now", {"spam": 1.0}, "sms")])

    assert set(material.texts) == {example.text for example in examples if example.part == "train"}


def test_a_thinned_material_keeps_each_text_with_its_truth():
    material = TrainingSet(list("abcdefgh"), np.arange(16.0).reshape(8, 2), np.arange(8.0))

    part = material.thinned(3)

    assert [ord(text) - ord("a") for text in part.texts] == part.weight.tolist() == (part.truth[:, 0] / 2).tolist()


def test_a_column_of_the_bad_weighs_more_than_one_of_the_good():
    rows = np.array([[3.0, 0.0, 1.0], [0.0, 3.0, 1.0]])

    bad, good, common = log_count_ratios(rows, np.array([1.0, 0.0]), np.ones(2))

    assert bad > common > good
    assert common == pytest.approx(0.0)


def test_a_second_opinion_moves_only_the_doubtful_and_never_out_of_doubt():
    rng = np.random.default_rng(0)
    first, second = ({"jigsaw": rng.normal(size=(4000, 2))} for _ in range(2))

    settled = second_opinion(first, second)["jigsaw"]

    low, high = np.quantile(first["jigsaw"], (0.925, 0.975), axis=0)
    near = (first["jigsaw"] > low) & (first["jigsaw"] < high)
    assert (settled == first["jigsaw"]).tolist() == (~near).tolist()
    assert ((settled > low) & (settled < high)).tolist() == near.tolist()


def test_false_alarms_are_counted_at_the_line_that_flags_a_twentieth_of_wikipedia(sets):
    rising = Baseline("counts", lambda texts: np.arange(2.0 * len(texts)).reshape(-1, 2), 0)

    row = quality(scored(rising, sets), sets)

    assert row["haacked"]["value"] == pytest.approx(1 - 0.95 * len(sets.texts["jigsaw"]) / 600, abs=0.01)
