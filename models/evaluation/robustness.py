"""How much AUC is lost when positives are obfuscated."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from models.evaluation.attacks import ATTACKS, attacked
from models.evaluation.benchmarks import Benchmark
from models.evaluation.comparison import Predictor, Row, row_of
from models.evaluation.metrics import auc
from models.training.datasets import Example

_SAMPLE: Final = 1000
_ATTACKS: Final = ("none", *ATTACKS)


def robustness_table(
    predictor: Predictor, tests: Sequence[Example], benchmarks: Mapping[str, Benchmark]
) -> list[Row]:
    """AUC per attack on the positives only: of abuse on three data sets, of spam on two."""
    abuse = {
        "jigsaw": [(e.text, e.labels["abuse"]) for e in tests if e.source == "jigsaw"],
        "surge": _pairs(benchmarks["surge_toxicity"]),
        "paradetox": _pairs(benchmarks["paradetox"]),
    }
    table = [
        _attack_row(predictor, name, _balanced(rows), attack) for name, rows in abuse.items() for attack in _ATTACKS
    ]
    return table + spam_robustness(predictor, benchmarks)


def spam_robustness(predictor: Predictor, benchmarks: Mapping[str, Benchmark]) -> list[Row]:
    """The spam part of the table. The negatives of lm_blog, which has only spam, are the comments of haacked."""
    spam = {
        "lm_blog": _pairs(benchmarks["lm_blog spam"]) + _pairs(benchmarks["haacked"]),
        "Eminem": _pairs(benchmarks["youtube Eminem"]),
    }
    return [
        _attack_row(predictor, name, _balanced(rows), attack, "spam")
        for name, rows in spam.items()
        for attack in _ATTACKS
    ]


def _pairs(benchmark: Benchmark) -> list[tuple[str, float]]:
    return list(zip(benchmark.texts, benchmark.truth, strict=True))


def _attack_row(
    predictor: Predictor, name: str, rows: Sequence[tuple[str, float]], attack: str, head: str = "abuse"
) -> Row:
    texts = tuple(attacked(text, attack) if bad and attack != "none" else text for text, bad in rows)
    truth = np.array([bad for _, bad in rows])
    peer_scores = predictor.peer(texts) if head == "abuse" else None
    ours, peer = auc(truth, predictor.predict(texts)[head]), None if peer_scores is None else auc(truth, peer_scores)
    return row_of(f"{name}, {attack}", f"AUC of {head}", ours, peer)


def _balanced(rows: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The first 1,000 texts, at most, of each class."""
    return [row for kind in (1.0, 0.0) for row in [row for row in rows if row[1] == kind][:_SAMPLE]]
