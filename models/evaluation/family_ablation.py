"""`python -m models.evaluation.family_ablation`: how well a family of generated texts is recognized unseen.

The honest figure of training on generated texts: each family is left out in turn, and the model without it tells the
family's bad texts from its innocent ones. Writes `family_ablation.json` next to the model. All fits, including the
full one, use a twentieth of the corpora, a quarter of the families and few solver steps, with the vocabulary of all:
compare them with each other only. `--families` measures some families and keeps the other rows of the table.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Final

import numpy as np
from threadpoolctl import threadpool_limits

from models.artifact import SHIPPED
from models.evaluation.source_ablation import Bools, auc_on, fit_without, held_out_part
from models.training.abuse_families import ABUSE_FAMILIES
from models.training.data_mixture import read_all
from models.training.determinism import use_portable_arithmetic
from models.training.synthetic.families import FAMILIES
from models.training.train import Corpus, build_corpus, log_progress

STEPS: Final = 15
EVERY: Final = 20
EVERY_OF_A_FAMILY: Final = 4
OF_HEAD: Final[Mapping[str, Sequence[str]]] = {"spam": tuple(FAMILIES), "abuse": tuple(ABUSE_FAMILIES)}

Row = dict[str, Any]


def main() -> None:
    """Write both tables from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--model", type=Path, default=SHIPPED)
    options.add_argument("--families", nargs="+", default=[*FAMILIES, *ABUSE_FAMILIES])
    chosen = options.parse_args()
    use_portable_arithmetic()
    with threadpool_limits(1):
        corpus = build_corpus(list(read_all(chosen.data)))
        new = measure(corpus, frozenset(chosen.families))
    tables = merged(_read(chosen.model / "family_ablation.json"), new)
    (chosen.model / "family_ablation.json").write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")
    for head, table in tables.items():
        print(f"\n{head}\n\n{as_markdown(table)}")


def measure(corpus: Corpus, families: Set[str]) -> dict[str, list[Row]]:
    """The rows of the given families, by head. A head without one of them is left out."""
    chosen = {head: [name for name in names if name in families] for head, names in OF_HEAD.items()}
    used = sample(corpus)
    return {head: list(ablate_families(corpus, head, names, used)) for head, names in chosen.items() if names}


def _read(path: Path) -> dict[str, list[Row]]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def merged(tables: Mapping[str, Sequence[Row]], new: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The rows of both, in the order of the families. A new row replaces the old one of its family.

    A family that no longer exists loses its row.
    """
    rows = {row["family"]: row for both in (tables, new) for table in both.values() for row in table}
    return {head: [rows[family] for family in families if family in rows] for head, families in OF_HEAD.items()}


def sample(corpus: Corpus) -> Bools:
    """Which examples are used, shape (n_examples,)."""
    steps = np.array([EVERY_OF_A_FAMILY if example.family else EVERY for example in corpus.examples])
    return np.asarray(np.arange(len(steps)) // 2 % steps == 0)  # by twos: some families alternate their sides


def ablate_families(
    corpus: Corpus, head: str, families: Sequence[str], used: Bools, steps: int = STEPS
) -> Iterator[Row]:
    """For each family, the AUC on its held-out part, with it and without it in training. used: see `sample`."""
    of = np.array([example.family for example in corpus.examples])
    full = fit_without(corpus, head, ~used, steps)
    for family in families:
        own = held_out_part(corpus, head, used & (of == family))
        if own is None:
            continue
        without = fit_without(corpus, head, ~used | (of == family), steps)
        log_progress(f"{head} without {family}")
        yield {"family": family, "texts": len(own[2]), "seen": auc_on(full, own), "unseen": auc_on(without, own)}


def as_markdown(table: Sequence[Mapping[str, Any]]) -> str:
    """The families, the worst unseen one first, and their mean."""
    lines = ["| family | held-out texts | seen | unseen |", "|---|---|---|---|"]
    for row in sorted(table, key=lambda row: float(row["unseen"])):
        lines.append(f"| {row['family']} | {row['texts']:,} | {row['seen']:.3f} | {row['unseen']:.3f} |")
    means = [np.mean([row[side] for row in table]) for side in ("seen", "unseen")]
    return "\n".join([*lines, f"| **mean** | | {means[0]:.3f} | {means[1]:.3f} |"])


if __name__ == "__main__":
    main()
