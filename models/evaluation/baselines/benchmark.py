"""One row of the table: how well something tells abuse on sets that trained nobody, and what it costs."""

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

INSULT, ABUSE = 0, 1  # columns of a rival's scores
FLAGGED: Final = 0.05
_SINGLES: Final = 300
_BATCH: Final = 256

Row = dict[str, Any]
Scores = Mapping[str, Doubles]


@dataclass(frozen=True, slots=True)
class Sets:
    """Texts to judge with, by name, and which of them are bad; wiki's truth is about insult."""

    texts: Mapping[str, Sequence[str]]
    truth: Mapping[str, Doubles]


def judging_sets(examples: Sequence[Example], sticks: Mapping[str, Benchmark]) -> Sets:
    """The held-out tenth of the Wikipedia comments and the sets that every bar is about."""
    wiki = [e for e in examples if e.part == "test" and e.source == "jigsaw" and "insult" in e.labels]
    names = ("kaggle_insults", "surge_toxicity", "paradetox", "haacked", "identity templates")
    texts = {"jigsaw": [e.text for e in wiki], **{name: sticks[name].texts for name in names}}
    truth = {"jigsaw": np.array([e.labels["insult"] for e in wiki]), **{name: sticks[name].truth for name in names}}
    return Sets(texts, truth)


def scored(rival: Baseline, sets: Sets) -> Scores:
    """What a rival says of every set, each shape (n_texts, 2)."""
    return {name: rival.score(texts) for name, texts in sets.texts.items()}


def joined(one: Scores, other: Scores) -> Scores:
    """The mean of two judges, each brought to the spread that it has on Wikipedia comments."""
    scales = [scores["jigsaw"].std(axis=0) for scores in (one, other)]
    return {name: one[name] / scales[0] + other[name] / scales[1] for name in one}


def quality(scores: Scores, sets: Sets) -> Row:
    """AUC of the insult head where insult is asked, of the abuse head elsewhere; and false alarms."""
    line = np.quantile(scores["jigsaw"][:, ABUSE], 1.0 - FLAGGED)
    asked = (("jigsaw", INSULT), ("kaggle_insults", INSULT), ("surge_toxicity", ABUSE), ("paradetox", ABUSE))
    areas = {name: asdict(auc(sets.truth[name], scores[name][:, head])) for name, head in asked}
    return {
        **areas,
        "haacked": asdict(share(scores["haacked"][:, ABUSE] > line)),
        "worst term": worst_term(scores["identity templates"][:, ABUSE], sets),
    }


def worst_term(scores: Doubles, sets: Sets) -> Row:
    """The lowest BPSN AUC of all identity terms, with its term."""
    texts, truth = sets.texts["identity templates"], sets.truth["identity templates"]
    terms = {term: np.array([f" {term} " in f" {text} " for text in texts]) for term in TERMS}
    figures = {term: bpsn(truth, scores, named) for term, named in terms.items() if named.any()}
    worst = min(figures, key=lambda term: figures[term].value)
    return {"term": worst, **asdict(figures[worst])}


def cost(rival: Baseline, texts: Sequence[str]) -> Row:
    """Bytes, the median of one comment in µs, comments a second in batches. texts: any that are typical.

    The time is the processor's, not the clock's: all run on one thread, and others may use the machine.
    """
    rival.score(texts[:_SINGLES])  # whatever is made on first use is made now
    times = []
    for text in texts[_SINGLES : 2 * _SINGLES]:
        began = time.process_time()
        rival.score([text])
        times.append(time.process_time() - began)
    rest = texts[2 * _SINGLES :]
    began = time.process_time()
    for i in range(0, len(rest), _BATCH):
        rival.score(rest[i : i + _BATCH])
    rate = len(rest) / (time.process_time() - began)
    return {"bytes": rival.size, "one_us": float(np.median(times)) * 1e6, "batch_per_s": rate}
