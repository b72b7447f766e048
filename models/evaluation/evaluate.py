"""`python -m models.evaluation.evaluate`: every figure of the card, ours and alt-profanity-check's, with 95 %
intervals.

Writes `evaluation.json` and `CARD.md` beside the model; the card also has the tables of
`models.evaluation.baselines` and
`models.evaluation.source_ablation`, as these commands last wrote them. Nothing here changes the model.
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
from models.evaluation.benchmarks import Benchmark, read_yardsticks
from models.evaluation.card import card
from models.evaluation.comparison import Chances, Judge, Row, row_of
from models.evaluation.metrics import Figure, auc, bpsn, calibration_error, recall_at, share
from models.evaluation.robustness import evasion
from models.scorer import Scorer, ScoringInput
from models.training.data_mixture import read_all
from models.training.datasets import SOURCES, Example
from models.training.identity_terms import TERMS, identity_templates

HOLD_AT: Final = {"spam": 0.7, "abuse": 0.97}  # the default policy's thresholds; a test holds the two together
EVEN: Final = 0.5  # where a text is as likely bad as not
KAGGLE: Final = ("toxic", "severe", "obscene", "threat", "insult", "identity_attack")


def main() -> None:
    """Judge a model from the command line: print every figure, write them down and make the card."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    report = evaluate(chosen.data, chosen.model)
    (chosen.model / "evaluation.json").write_text(
        json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    beside = {name: _beside(chosen.model / f"{name}.json") for name in ("frontier", "holdout")}
    text = card(load(chosen.model), report, **beside)
    (chosen.model / "CARD.md").write_text(text, encoding="utf-8")
    print(text)


def _beside(path: Path) -> Any:
    """A table that another command has written; None where it was not run for this model."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def evaluate(data: Path, model: Path) -> dict[str, list[Row]]:
    """All tables of the card, by name; each a list of rows."""
    judge = Judge(Scorer.load(model))
    examples = list(read_all(data))
    sticks = read_yardsticks(data, frozenset(example.text for example in examples))
    tests = [example for example in examples if example.part == "test"]
    return {
        "in domain": in_domain(judge, tests),
        "other sets": other_sets(judge, sticks),
        "false alarms": false_alarms(judge, sticks),
        "spam": spam(judge, sticks, tests),
        "evasion": evasion(judge, tests, sticks),
        "identities": identities(judge, sticks["identity templates"]),
        "slices": slices(judge, tests),
    }


def in_domain(judge: Judge, tests: Sequence[Example]) -> list[Row]:
    """Each label on the held-out tenth of the Wikipedia comments, and each corpus on its own tenth."""
    table: list[Row] = []
    wiki = [example for example in tests if example.source == "jigsaw"]
    chances = judge.ours([example.text for example in wiki])
    for label in (*KAGGLE, "abuse"):
        known = [i for i, example in enumerate(wiki) if label in example.labels]
        truth, ours = np.array([wiki[i].labels[label] for i in known]), chances[label][known]
        theirs = judge.theirs(tuple(example.text for example in wiki))
        peer = None if theirs is None else auc(truth, theirs[known])
        table.append(row_of(f"jigsaw, {label}", "AUC", auc(truth, ours), peer))
        table.append(row_of(f"jigsaw, {label}", "ECE", calibration_error(truth, ours)))
        table.append(row_of(f"jigsaw, {label}", "recall at 1 % false alarms", recall_at(truth, ours, 0.01)))
    areas = [row["ours"]["value"] for row in table if row["measure"] == "AUC" and "abuse" not in row["on"]]
    table.append(
        row_of(
            "jigsaw, mean of the six labels", "AUC", Figure(float(np.mean(areas)), *_mean_bounds(table), len(wiki))
        )
    )
    for source in [source.name for source in SOURCES if source.name != "jigsaw"]:
        rows = [e for e in tests if e.source == source and "abuse" in e.labels]
        truth = np.array([e.labels["abuse"] for e in rows])
        if 10 <= truth.sum() <= len(truth) - 10:
            table.append(
                row_of(
                    source, "AUC", auc(truth, judge.ours([e.text for e in rows])["abuse"]), _peer(judge, truth, rows)
                )
            )
    return table


def _peer(judge: Judge, truth: NDArray[np.float64], rows: Sequence[Example]) -> Figure | None:
    theirs = judge.theirs(tuple(row.text for row in rows))
    return None if theirs is None else auc(truth, theirs)


def _mean_bounds(table: Sequence[Row]) -> tuple[float, float]:
    six = [row["ours"] for row in table if row["measure"] == "AUC" and "abuse" not in row["on"]]
    mean = float(np.mean([figure["value"] for figure in six]))
    spread = float(np.sqrt(sum((figure["high"] - figure["low"]) ** 2 for figure in six))) / 2 / len(six)
    return mean - spread, min(1.0, mean + spread)


def other_sets(judge: Judge, sticks: Mapping[str, Benchmark]) -> list[Row]:
    """Abuse on sets of other people, places and label cultures."""
    table: list[Row] = []
    for stick in sticks.values():
        if stick.head == "spam" or not 0 < stick.truth.sum() < len(stick.truth):
            continue
        chances = judge.ours(stick.texts)
        theirs = judge.theirs(tuple(stick.texts))
        peer = None if theirs is None else auc(stick.truth, theirs)
        for head in dict.fromkeys((stick.head, "abuse")):
            table.append(
                row_of(f"{stick.name} ({stick.language}), {head}", "AUC", auc(stick.truth, chances[head]), peer)
            )
    return table


def false_alarms(judge: Judge, sticks: Mapping[str, Benchmark]) -> list[Row]:
    """What the default threshold would hold of texts that are innocent."""
    haacked, pairs = sticks["haacked"], sticks["paradetox"]
    chances, both = judge.ours(haacked.texts), judge.ours(pairs.texts)
    theirs, peers = judge.theirs(tuple(haacked.texts)), judge.theirs(tuple(pairs.texts))
    neutral = pairs.truth == 0
    return [
        row_of("haacked, held as abuse", "share", share(chances["abuse"] >= HOLD_AT["abuse"]), _even(theirs)),
        row_of("haacked, held as abuse though it is none", "share", _wronged(haacked.texts, chances, "abuse")),
        row_of("haacked, abuse at 0.5", "share", share(chances["abuse"] >= EVEN), _even(theirs)),
        row_of("haacked, held as spam", "share", share(chances["spam"] >= HOLD_AT["spam"])),
        row_of("haacked, held as spam though it is none", "share", _wronged(haacked.texts, chances, "spam")),
        row_of("haacked, spam at 0.5", "share", share(chances["spam"] >= EVEN)),
        row_of("haacked, rejected as spam (0.98)", "share", share(chances["spam"] >= 0.98)),
        *_sides(neutral, both["abuse"], peers),
    ]


def _wronged(texts: Sequence[str], chances: Chances, head: str) -> Figure:
    """What is held of texts that no reader called guilty; the set is presumed innocent, and is not."""
    return share((chances[head] >= HOLD_AT[head]) & ~audited_positives(texts, head))


def _sides(neutral: NDArray[np.bool_], ours: NDArray[np.float64], theirs: NDArray[np.float64] | None) -> list[Row]:
    """Pairs of one meaning: what is held of the neutral and of the rude sides."""
    table: list[Row] = []
    for side, chosen in (("neutral", neutral), ("rude", ~neutral)):
        held, even = share(ours[chosen] >= HOLD_AT["abuse"]), share(ours[chosen] >= EVEN)
        table.append(row_of(f"paradetox {side} side, held", "share", held, _even(theirs, chosen)))
        table.append(row_of(f"paradetox {side} side, abuse at 0.5", "share", even, _even(theirs, chosen)))
    return table


def _even(chances: NDArray[np.float64] | None, chosen: Any = slice(None)) -> Figure | None:
    """What the peer flags: it knows no other threshold."""
    return None if chances is None else share(chances[chosen] >= EVEN)


def spam(judge: Judge, sticks: Mapping[str, Benchmark], tests: Sequence[Example]) -> list[Row]:
    """The spam head on comments, messages and mails."""
    table: list[Row] = []
    blog = judge.ours(sticks["lm_blog spam"].texts)["spam"]
    ham = judge.ours(sticks["haacked"].texts)["spam"]
    table.append(
        row_of("lm_blog, real WordPress spam", "recall at the default threshold", share(blog >= HOLD_AT["spam"]))
    )
    for cut in (0.003, 0.001):
        found = share(blog > np.quantile(ham, 1 - cut))
        table.append(row_of("lm_blog, real WordPress spam", f"recall at {cut:.1%} of haacked held", found))
    for name in ("youtube Eminem", "youtube gambling", "instagram"):
        stick = sticks[name]
        chances = judge.ours(stick.texts)["spam"]
        table.append(row_of(f"{name} ({stick.language})", "AUC", auc(stick.truth, chances)))
        held = chances >= HOLD_AT["spam"]
        on = f"{name} ({stick.language})"
        table.append(row_of(on, "recall at the default threshold", share(held[stick.truth == 1])))
        table.append(row_of(on, "false alarms", share(held[stick.truth == 0])))
    for source in ("youtube", "sms", "mails", "telegram", "invented"):
        rows = [example for example in tests if example.source == source and "spam" in example.labels]
        truth = np.array([example.labels["spam"] for example in rows])
        readings = [
            ScoringInput(e.text, name=e.name, website=e.website, thread_title=e.thread_title, thread_url=e.thread_url)
            for e in rows
        ]
        table.append(row_of(f"{source}, its held-out tenth", "AUC", auc(truth, judge.read(readings)["spam"])))
    return table


def identities(judge: Judge, stick: Benchmark) -> list[Row]:
    """Does naming who one is look like abuse? BPSN by term, on public templates and on our own neutral ones."""
    ours, theirs = judge.ours(stick.texts)["abuse"], judge.theirs(tuple(stick.texts))
    table = [row_of("all terms", "AUC", auc(stick.truth, ours), None if theirs is None else auc(stick.truth, theirs))]
    for term in TERMS:
        named = np.array([f" {term} " in f" {text} " for text in stick.texts])
        if named.any():
            peer = None if theirs is None else bpsn(stick.truth, theirs, named)
            table.append(row_of(term, "BPSN AUC", bpsn(stick.truth, ours, named), peer))
    texts = identity_templates()
    held = judge.ours(texts)["abuse"] >= EVEN
    peers = judge.theirs(tuple(texts))
    table.append(row_of("our own neutral and proud sentences, abuse at 0.5", "share", share(held), _even(peers)))
    return table


def slices(judge: Judge, tests: Sequence[Example]) -> list[Row]:
    """Abuse by the length of the text and by its language."""
    wiki = [example for example in tests if example.source == "jigsaw"]
    chances = judge.ours([example.text for example in wiki])["abuse"]
    truth = np.array([example.labels["abuse"] for example in wiki])
    sizes = np.array([len(example.text.split()) for example in wiki])
    table: list[Row] = []
    for low, high in ((0, 10), (10, 25), (25, 60), (60, 150), (150, 10**6)):
        chosen = (sizes >= low) & (sizes < high)
        table.append(row_of(f"jigsaw, {low} to {high} words", "AUC", auc(truth[chosen], chances[chosen])))
    for language in ("de", "pt", "fr", "ko"):
        rows = [example for example in tests if example.language == language and "abuse" in example.labels]
        wrong = np.array([example.labels["abuse"] for example in rows])
        table.append(
            row_of(f"held-out tenth, {language}", "AUC", auc(wrong, judge.ours([e.text for e in rows])["abuse"]))
        )
    return table


if __name__ == "__main__":
    main()
