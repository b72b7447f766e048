"""`python -m models.evaluation.languages`: how often the language of a comment is detected.

The texts have at least forty letters. They are our own sentences and functional cases, and the first texts of corpora
whose language is known. Corpora of tweets also have names and other languages in them.
"""

import argparse
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from models.evaluation.comparison import Row, row_of
from models.evaluation.functional_cases import read_cases
from models.evaluation.metrics import share
from models.features.languages import detect
from models.training.datasets import rows

CASES: Final = Path(__file__).with_name("language_cases.txt")
MIN_LETTERS: Final = 40
SURE: Final = 0.8
_TEXTS: Final = 3_000
_CORPORA: Final = (
    ("en", "dev/haacked_blog_comments/comments.jsonl.gz"),
    ("en", "dev/kaggle_insults/train.jsonl.gz"),
    ("de", "train/germeval2018_de/train.jsonl.gz"),
    ("de", "dev/germeval2021_de/train.jsonl.gz"),
    ("tr", "dev/offenseval2020_tr/train.jsonl.gz"),
    ("pt", "train/told_br_pt/tweets.jsonl.gz"),
    ("fr", "train/mlma/fr.jsonl.gz"),
)


def main() -> None:
    """Print the table from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    for row in language_table(options.parse_args().data):
        ours = row["ours"]
        print(f"{row['on']:40} {row['measure']:44} {ours['value']:.4f} of {ours['n']:,}")


def language_table(data: Path) -> list[Row]:
    """For each language and set, the share of texts that get this language, and of those with a sure one."""
    return [row for on, texts in _sets(data).items() for row in _rows(on, texts)]


def language_cases() -> Iterator[tuple[str, str]]:
    """Our own sentences, each with its language."""
    language = ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            language = line.removeprefix("== ")
        elif not line.startswith("#"):
            yield language, line


def _sets(data: Path) -> Mapping[str, list[str]]:
    """The texts of each set by its name, which starts with the language."""
    own: dict[str, list[str]] = {}
    cases = [*language_cases(), *((case.language, case.body) for case in read_cases())]
    for language, text in cases:
        own.setdefault(f"{language}, our own sentences", []).append(text)
    corpora = {
        f"{language}, {path.split('/')[1]}": [row["text"] for row in islice(rows(data / path), _TEXTS)]
        for language, path in _CORPORA
    }
    return own | corpora


def _rows(on: str, texts: list[str]) -> list[Row]:
    language, _, _ = on.partition(",")
    found = [detect(text) for text in texts if sum(map(str.isalpha, text)) >= MIN_LETTERS]
    if not found:
        return []
    is_right = np.array([each.language == language for each in found])
    is_sure = np.array([each.probability >= SURE for each in found])
    table = [row_of(on, "language found", share(is_right))]
    return [*table, row_of(on, f"right where the probability is over {SURE}", share(is_right[is_sure]))]


if __name__ == "__main__":
    main()
