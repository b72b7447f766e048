"""Quality and cost of a classifier: one row of the table."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from models.evaluation.baselines.data import Baseline, Doubles
from models.evaluation.benchmarks import Benchmark
from models.evaluation.metrics import auc, bpsn, share
from models.training.datasets import Example
from models.training.identity_terms import TERMS

INSULT, ABUSE = 0, 1  # columns of the scores
FLAGGED: Final = 0.05
_SINGLES: Final = 300
_BATCH: Final = 256

Row = dict[str, Any]
Scores = Mapping[str, Doubles]


@dataclass(frozen=True, slots=True)
class Sets:
    """Evaluation texts and their labels, by name. The label of jigsaw is insult."""

    texts: Mapping[str, Sequence[str]]
    truth: Mapping[str, Doubles]


def evaluation_sets(examples: Sequence[Example], benchmarks: Mapping[str, Benchmark]) -> Sets:
    """The held-out tenth of the Wikipedia comments, and the benchmarks that the targets are about."""
    wiki = [e for e in examples if e.part == "test" and e.source == "jigsaw" and "insult" in e.labels]
    names = ("kaggle_insults", "surge_toxicity", "paradetox", "haacked", "identity templates")
    texts = {name: benchmarks[name].texts for name in names}
    truth = {name: benchmarks[name].truth for name in names}
    insult = np.array([e.labels["insult"] for e in wiki])
    return Sets({"jigsaw": [e.text for e in wiki], **texts}, {"jigsaw": insult, **truth})


def scored(baseline: Baseline, sets: Sets) -> Scores:
    """The scores of a baseline for all sets, each shape (n_texts, 2)."""
    return {name: baseline.score(texts) for name, texts in sets.texts.items()}


def average(one: Scores, other: Scores) -> Scores:
    """The mean of two classifiers' scores, each divided by its standard deviation on Wikipedia comments."""
    scales = [scores["jigsaw"].std(axis=0) for scores in (one, other)]
    return {name: one[name] / scales[0] + other[name] / scales[1] for name in one}


def quality(scores: Scores, sets: Sets) -> Row:
    """AUC of insult on the sets labelled for it, of abuse on the others; false alarms; the worst identity term."""
    line = np.quantile(scores["jigsaw"][:, ABUSE], 1.0 - FLAGGED)
    asked = (("jigsaw", INSULT), ("kaggle_insults", INSULT), ("surge_toxicity", ABUSE), ("paradetox", ABUSE))
    auc_by_name = {name: asdict(auc(sets.truth[name], scores[name][:, head])) for name, head in asked}
    return {
        **auc_by_name,
        "haacked": asdict(share(scores["haacked"][:, ABUSE] > line)),
        "worst term": worst_term(scores["identity templates"][:, ABUSE], sets),
    }


def worst_term(scores: Doubles, sets: Sets) -> Row:
    """The identity term with the lowest BPSN AUC."""
    texts, truth = sets.texts["identity templates"], sets.truth["identity templates"]
    terms = {term: np.array([f" {term} " in f" {text} " for text in texts]) for term in TERMS}
    figures = {term: bpsn(truth, scores, named) for term, named in terms.items() if named.any()}
    worst = min(figures, key=lambda term: figures[term].value)
    return {"term": worst, **asdict(figures[worst])}


def cost(baseline: Baseline, texts: Sequence[str]) -> Row:
    """Bytes, the median µs for one comment, and comments a second in batches. texts: typical comments.

    Measures the CPU time of one thread, so that other programs on the machine matter less.
    """
    baseline.score(texts[:_SINGLES])  # warm up
    times = []
    for text in texts[_SINGLES : 2 * _SINGLES]:
        began = time.process_time()
        baseline.score([text])
        times.append(time.process_time() - began)
    rest = texts[2 * _SINGLES :]
    began = time.process_time()
    for i in range(0, len(rest), _BATCH):
        baseline.score(rest[i : i + _BATCH])
    rate = len(rest) / (time.process_time() - began)
    return {"bytes": baseline.size, "one_us": float(np.median(times)) * 1e6, "batch_per_s": rate}
