"""`python -m models.evaluation.evaluate`: computes all quality figures and writes the model card.

Writes `evaluation.json`, `CARD.md` and `DETAILS.md` next to the model. The details also have the tables that
`models.evaluation.baselines`, `source_ablation` and `family_ablation` last wrote. The model itself does not change.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.artifact import SHIPPED, load
from models.evaluation.audit_labels import audited_positives
from models.evaluation.benchmarks import Benchmark, read_benchmarks
from models.evaluation.card import card, details
from models.evaluation.comparison import Predictor, Probabilities, Row, row_of
from models.evaluation.functional_cases import read_cases
from models.evaluation.languages import language_table
from models.evaluation.metrics import Figure, auc, bpsn, calibration_error, recall_at, share
from models.evaluation.robustness import robustness_table
from models.scorer import Scorer, ScoringInput
from models.training.data_mixture import read_all
from models.training.datasets import SOURCES, Example
from models.training.identity_terms import TERMS, identity_templates

HOLD_AT: Final = {"spam": 0.90, "abuse": 0.91}  # the default policy's thresholds; a test compares them
EVEN_ODDS: Final = 0.5
MIN_CASES: Final = 10
KAGGLE: Final = ("toxic", "severe", "obscene", "threat", "insult", "identity_attack")


def main() -> None:
    """Evaluate a model from the command line: write and print the card."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    report = evaluate(chosen.data, chosen.model)
    (chosen.model / "evaluation.json").write_text(
        json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(write_card(chosen.model))


def write_card(model: Path) -> str:
    """Write the card of an evaluated model and its details from the tables next to it; returns the card."""
    artifact = load(model)
    report, baselines, sources, families, perspective = (
        _beside(model / f"{name}.json")
        for name in ("evaluation", "baselines", "source_ablation", "family_ablation", "perspective")
    )
    text = card(artifact, report, families)
    (model / "CARD.md").write_text(text, encoding="utf-8")
    full = details(artifact, report, baselines, sources, families, perspective)
    (model / "DETAILS.md").write_text(full, encoding="utf-8")
    return text


def _beside(path: Path) -> Any:
    """A table of another command; None if that was not run for this model."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def evaluate(data: Path, model: Path) -> dict[str, list[Row]]:
    """All tables of the card, by name."""
    predictor = Predictor(Scorer.load(model))
    examples = list(read_all(data))
    benchmarks = read_benchmarks(data, frozenset(example.text for example in examples))
    tests = [example for example in examples if example.part == "test"]
    return {
        "in domain": in_domain(predictor, tests),
        "other sets": other_sets(predictor, benchmarks),
        "false alarms": false_alarms(predictor, benchmarks),
        "spam": spam(predictor, benchmarks, tests),
        "robustness": robustness_table(predictor, tests, benchmarks),
        "identities": identities(predictor, benchmarks["identity templates"]),
        "slices": slices(predictor, tests),
        "functional cases": functional(predictor),
        "languages": language_table(data),
    }


def in_domain(predictor: Predictor, tests: Sequence[Example]) -> list[Row]:
    """Each label on the held-out tenth of the Wikipedia comments, and each other corpus on its own tenth."""
    table: list[Row] = []
    wiki = [example for example in tests if example.source == "jigsaw"]
    scores = predictor.predict([example.text for example in wiki])
    for label in (*KAGGLE, "abuse"):
        known = [i for i, example in enumerate(wiki) if label in example.labels]
        truth, ours = np.array([wiki[i].labels[label] for i in known]), scores[label][known]
        peer_scores = predictor.peer(tuple(example.text for example in wiki))
        peer = None if peer_scores is None else auc(truth, peer_scores[known])
        table.append(row_of(f"jigsaw, {label}", "AUC", auc(truth, ours), peer))
        table.append(row_of(f"jigsaw, {label}", "ECE", calibration_error(truth, ours)))
        table.append(row_of(f"jigsaw, {label}", "recall at 1 % false alarms", recall_at(truth, ours, 0.01)))
    labels = [row["ours"]["value"] for row in table if row["measure"] == "AUC" and "abuse" not in row["on"]]
    mean = Figure(float(np.mean(labels)), *_mean_bounds(table), len(wiki))
    table.append(row_of("jigsaw, mean of the six labels", "AUC", mean))
    for source in [source.name for source in SOURCES if source.name != "jigsaw"]:
        rows = [e for e in tests if e.source == source and "abuse" in e.labels]
        truth = np.array([e.labels["abuse"] for e in rows])
        if 10 <= truth.sum() <= len(truth) - 10:
            area = auc(truth, predictor.predict([e.text for e in rows])["abuse"])
            table.append(row_of(source, "AUC", area, _peer(predictor, truth, rows)))
    return table


def _peer(predictor: Predictor, truth: NDArray[np.float64], rows: Sequence[Example]) -> Figure | None:
    peer_scores = predictor.peer(tuple(row.text for row in rows))
    return None if peer_scores is None else auc(truth, peer_scores)


def _mean_bounds(table: Sequence[Row]) -> tuple[float, float]:
    six = [row["ours"] for row in table if row["measure"] == "AUC" and "abuse" not in row["on"]]
    mean = float(np.mean([figure["value"] for figure in six]))
    spread = float(np.sqrt(sum((figure["high"] - figure["low"]) ** 2 for figure in six))) / 2 / len(six)
    return mean - spread, min(1.0, mean + spread)


def other_sets(predictor: Predictor, benchmarks: Mapping[str, Benchmark]) -> list[Row]:
    """Abuse on benchmarks of other authors, sites and annotation guidelines."""
    table: list[Row] = []
    for benchmark in benchmarks.values():
        if benchmark.head == "spam" or not 0 < benchmark.truth.sum() < len(benchmark.truth):
            continue
        scores = predictor.predict(benchmark.texts)
        peer_scores = predictor.peer(tuple(benchmark.texts))
        peer = None if peer_scores is None else auc(benchmark.truth, peer_scores)
        for head in dict.fromkeys((benchmark.head, "abuse")):
            on = f"{benchmark.name} ({benchmark.language}), {head}"
            table.append(row_of(on, "AUC", auc(benchmark.truth, scores[head]), peer))
    return table


def false_alarms(predictor: Predictor, benchmarks: Mapping[str, Benchmark]) -> list[Row]:
    """What the default thresholds hold of innocent texts."""
    haacked, pairs = benchmarks["haacked"], benchmarks["paradetox"]
    scores, both = predictor.predict(haacked.texts), predictor.predict(pairs.texts)
    peer_scores, peers = predictor.peer(tuple(haacked.texts)), predictor.peer(tuple(pairs.texts))
    neutral = pairs.truth == 0
    return [
        row_of(
            "haacked, held as abuse", "share", share(scores["abuse"] >= HOLD_AT["abuse"]), _peer_share(peer_scores)
        ),
        row_of("haacked, wrongly held as abuse", "share", _false_alarms(haacked.texts, scores, "abuse")),
        row_of("haacked, abuse at 0.5", "share", share(scores["abuse"] >= EVEN_ODDS), _peer_share(peer_scores)),
        row_of("haacked, held as spam", "share", share(scores["spam"] >= HOLD_AT["spam"])),
        row_of("haacked, wrongly held as spam", "share", _false_alarms(haacked.texts, scores, "spam")),
        row_of("haacked, spam at 0.5", "share", share(scores["spam"] >= EVEN_ODDS)),
        row_of("haacked, rejected as spam (0.99)", "share", share(scores["spam"] >= 0.99)),
        *_sides(neutral, both["abuse"], peers),
    ]


def _false_alarms(texts: Sequence[str], scores: Probabilities, head: str) -> Figure:
    """The share that is held without being a true positive by the audit."""
    return share((scores[head] >= HOLD_AT[head]) & ~audited_positives(texts, head))


def _sides(
    neutral: NDArray[np.bool_], ours: NDArray[np.float64], peer_scores: NDArray[np.float64] | None
) -> list[Row]:
    """What is held of each side of pairs with the same meaning."""
    table: list[Row] = []
    for side, chosen in (("neutral", neutral), ("rude", ~neutral)):
        held, even = share(ours[chosen] >= HOLD_AT["abuse"]), share(ours[chosen] >= EVEN_ODDS)
        table.append(row_of(f"paradetox {side} side, held", "share", held, _peer_share(peer_scores, chosen)))
        table.append(row_of(f"paradetox {side} side, abuse at 0.5", "share", even, _peer_share(peer_scores, chosen)))
    return table


def _peer_share(scores: NDArray[np.float64] | None, chosen: Any = slice(None)) -> Figure | None:
    """The share that the peer flags; its only threshold is 0.5."""
    return None if scores is None else share(scores[chosen] >= EVEN_ODDS)


def spam(predictor: Predictor, benchmarks: Mapping[str, Benchmark], tests: Sequence[Example]) -> list[Row]:
    """The spam head on comments, messages and mails."""
    table: list[Row] = []
    blog = predictor.predict(benchmarks["lm_blog spam"].texts)["spam"]
    ham = predictor.predict(benchmarks["haacked"].texts)["spam"]
    table.append(
        row_of("lm_blog, real WordPress spam", "recall at the default threshold", share(blog >= HOLD_AT["spam"]))
    )
    for cut in (0.003, 0.001):
        found = share(blog > np.quantile(ham, 1 - cut))
        table.append(row_of("lm_blog, real WordPress spam", f"recall at {cut:.1%} of haacked held", found))
    for name in ("youtube Eminem", "youtube gambling", "instagram"):
        benchmark = benchmarks[name]
        scores = predictor.predict(benchmark.texts)["spam"]
        table.append(row_of(f"{name} ({benchmark.language})", "AUC", auc(benchmark.truth, scores)))
        held = scores >= HOLD_AT["spam"]
        on = f"{name} ({benchmark.language})"
        table.append(row_of(on, "recall at the default threshold", share(held[benchmark.truth == 1])))
        table.append(row_of(on, "false alarms", share(held[benchmark.truth == 0])))
    for source in ("youtube", "sms", "mails", "telegram", "invented"):
        rows = [example for example in tests if example.source == source and "spam" in example.labels]
        truth = np.array([example.labels["spam"] for example in rows])
        submissions = [
            ScoringInput(e.text, name=e.name, website=e.website, thread_title=e.thread_title, thread_url=e.thread_url)
            for e in rows
        ]
        scores = predictor.predict_submissions(submissions)["spam"]
        table.append(row_of(f"{source}, its held-out tenth", "AUC", auc(truth, scores)))
    return table


def identities(predictor: Predictor, benchmark: Benchmark) -> list[Row]:
    """Whether naming an identity raises the abuse score: BPSN by term, and false alarms on neutral sentences."""
    ours, peer_scores = predictor.predict(benchmark.texts)["abuse"], predictor.peer(tuple(benchmark.texts))
    peer_auc = None if peer_scores is None else auc(benchmark.truth, peer_scores)
    table = [row_of("all terms", "AUC", auc(benchmark.truth, ours), peer_auc)]
    for term in TERMS:
        named = np.array([f" {term} " in f" {text} " for text in benchmark.texts])
        if named.any():
            peer = None if peer_scores is None else bpsn(benchmark.truth, peer_scores, named)
            table.append(row_of(term, "BPSN AUC", bpsn(benchmark.truth, ours, named), peer))
    texts = identity_templates()
    held = predictor.predict(texts)["abuse"] >= EVEN_ODDS
    peers = predictor.peer(tuple(texts))
    table.append(row_of("our neutral and proud sentences, abuse at 0.5", "share", share(held), _peer_share(peers)))
    return table


def slices(predictor: Predictor, tests: Sequence[Example]) -> list[Row]:
    """AUC of abuse by length and by language."""
    wiki = [example for example in tests if example.source == "jigsaw"]
    scores = predictor.predict([example.text for example in wiki])["abuse"]
    truth = np.array([example.labels["abuse"] for example in wiki])
    sizes = np.array([len(example.text.split()) for example in wiki])
    table: list[Row] = []
    for low, high in ((0, 10), (10, 25), (25, 60), (60, 150), (150, 10**6)):
        chosen = (sizes >= low) & (sizes < high)
        table.append(row_of(f"jigsaw, {low} to {high} words", "AUC", auc(truth[chosen], scores[chosen])))
    for language in ("de", "pt", "fr", "ko"):
        rows = [example for example in tests if example.language == language and "abuse" in example.labels]
        truth = np.array([example.labels["abuse"] for example in rows])
        area = auc(truth, predictor.predict([e.text for e in rows])["abuse"])
        table.append(row_of(f"held-out tenth, {language}", "AUC", area))
    return table


def functional(predictor: Predictor) -> list[Row]:
    """AUC of abuse and of spam between bad and innocent functional cases, by language."""
    cases = list(read_cases())
    submissions = [
        ScoringInput(case.body, name=case.name, website=case.website, thread_title=case.thread_title)
        for case in cases
    ]
    scores = predictor.predict_submissions(submissions)
    languages, wants = np.array([case.language for case in cases]), np.array([case.want for case in cases])
    table: list[Row] = []
    for language in dict.fromkeys(languages.tolist()):
        for head, bad in (("abuse", ~np.isin(wants, ("ham", "spam"))), ("spam", wants == "spam")):
            chosen = (languages == language) & (bad | (wants == "ham"))
            if bad[chosen].sum() >= MIN_CASES:
                area = auc(bad[chosen].astype(float), scores[head][chosen])
                table.append(row_of(f"{language}, {head}", "AUC", area))
    return table


if __name__ == "__main__":
    main()
