import random

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from models.evaluation.baselines import benchmark
from models.evaluation.baselines.benchmark import Sets, cost, evaluation_sets, quality, scored
from models.evaluation.baselines.cascade import cascade
from models.evaluation.baselines.data import Baseline, TrainingSet, training_part
from models.evaluation.baselines.embeddings import embedding_baselines, learned_vectors
from models.evaluation.baselines.linear import linear_baselines, log_count_ratios
from models.evaluation.baselines.table import as_markdown
from models.evaluation.benchmarks import Benchmark
from models.training.datasets import Example

pytestmark = pytest.mark.slow  # seconds of processor time

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
    benchmarks = {name: Benchmark(name, "abuse", "en", [text for text, _ in texts], truth) for name in names}
    return evaluation_sets(examples, benchmarks)


def baselines(training_set):
    yield from linear_baselines(training_set, bits=12)
    yield from embedding_baselines(training_set, *learned_vectors(training_set.texts, width=8))


def row_of(baseline, sets):
    costs = cost(baseline, ["hello"] * 40)
    return {"name": baseline.name, "note": baseline.note, **quality(scored(baseline, sets), sets), **costs}


@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning"
)  # the number of steps is limited on purpose
def test_every_baseline_learns_rude_texts_and_fills_its_row(examples, sets, monkeypatch):
    monkeypatch.setattr(benchmark, "_SINGLES", 10)
    training_set = training_part(examples)

    with threadpool_limits(1):
        table = [row_of(baseline, sets) for baseline in baselines(training_set)]

    assert min(row["kaggle_insults"]["value"] for row in table) > 0.9
    assert all(row["bytes"] > 1000 and row["one_us"] > 0 and row["batch_per_s"] > 0 for row in table)
    assert len(as_markdown(table).splitlines()) == 2 + len(table)


def test_baselines_learn_only_from_the_training_part(examples):
    training_set = training_part([*examples, Example("buy now", {"spam": 1.0}, "sms")])

    assert set(training_set.texts) == {example.text for example in examples if example.part == "train"}


def test_a_subsample_keeps_each_text_with_its_labels():
    training_set = TrainingSet(list("abcdefgh"), np.arange(16.0).reshape(8, 2), np.arange(8.0))

    part = training_set.subsample(3)

    assert [ord(text) - ord("a") for text in part.texts] == part.weight.tolist() == (part.truth[:, 0] / 2).tolist()


def test_a_column_of_positives_has_a_larger_log_count_ratio_than_one_of_negatives():
    rows = np.array([[3.0, 0.0, 1.0], [0.0, 3.0, 1.0]])

    bad, good, common = log_count_ratios(rows, np.array([1.0, 0.0]), np.ones(2))

    assert bad > common > good
    assert common == pytest.approx(0.0)


def test_a_cascade_reorders_only_the_uncertain_scores_within_their_band():
    rng = np.random.default_rng(0)
    first, second = ({"jigsaw": rng.normal(size=(4000, 2))} for _ in range(2))

    rescored = cascade(first, second)["jigsaw"]

    low, high = np.quantile(first["jigsaw"], (0.925, 0.975), axis=0)
    in_band = (first["jigsaw"] > low) & (first["jigsaw"] < high)
    assert (rescored == first["jigsaw"]).tolist() == (~in_band).tolist()
    assert ((rescored > low) & (rescored < high)).tolist() == in_band.tolist()


def test_false_alarms_are_counted_at_the_threshold_that_flags_five_percent_of_wikipedia(sets):
    rising = Baseline("counts", lambda texts: np.arange(2.0 * len(texts)).reshape(-1, 2), 0)

    row = quality(scored(rising, sets), sets)

    assert row["haacked"]["value"] == pytest.approx(1 - 0.95 * len(sets.texts["jigsaw"]) / 600, abs=0.01)
