"""What is lost when bad texts are disguised: the tables of the card."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from models.evaluation.attacks import ATTACKS, attacked
from models.evaluation.benchmarks import Benchmark
from models.evaluation.comparison import Judge, Row, row_of
from models.evaluation.metrics import auc
from models.training.datasets import Example

_SAMPLE: Final = 1000
_ATTACKS: Final = ("none", *ATTACKS)


def evasion(judge: Judge, tests: Sequence[Example], sticks: Mapping[str, Benchmark]) -> list[Row]:
    """AUC when only the bad texts are disguised: of abuse on three sets, of spam on two."""
    abuse = {
        "jigsaw": [(e.text, e.labels["abuse"]) for e in tests if e.source == "jigsaw"],
        "surge": _pairs(sticks["surge_toxicity"]),
        "paradetox": _pairs(sticks["paradetox"]),
    }
    table = [_evaded(judge, name, _balanced(rows), attack) for name, rows in abuse.items() for attack in _ATTACKS]
    return table + disguised_spam(judge, sticks)


def disguised_spam(judge: Judge, sticks: Mapping[str, Benchmark]) -> list[Row]:
    """The same for the spam head. lm_blog's spam is set against the comments of haacked."""
    spam = {
        "lm_blog": _pairs(sticks["lm_blog spam"]) + _pairs(sticks["haacked"]),
        "Eminem": _pairs(sticks["youtube Eminem"]),
    }
    return [
        _evaded(judge, name, _balanced(rows), attack, "spam") for name, rows in spam.items() for attack in _ATTACKS
    ]


def _pairs(stick: Benchmark) -> list[tuple[str, float]]:
    return list(zip(stick.texts, stick.truth, strict=True))


def _evaded(judge: Judge, name: str, rows: Sequence[tuple[str, float]], attack: str, head: str = "abuse") -> Row:
    texts = tuple(attacked(text, attack) if bad and attack != "none" else text for text, bad in rows)
    truth = np.array([bad for _, bad in rows])
    theirs = judge.theirs(texts) if head == "abuse" else None
    ours, peer = auc(truth, judge.ours(texts)[head]), None if theirs is None else auc(truth, theirs)
    return row_of(f"{name}, {attack}", f"AUC of {head}", ours, peer)


def _balanced(rows: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """At most 1,000 of each kind, in the order of the set."""
    return [row for kind in (1.0, 0.0) for row in [row for row in rows if row[1] == kind][:_SAMPLE]]
