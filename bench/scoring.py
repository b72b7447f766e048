"""`python -m bench.scoring`: the speed of scoring, next to scikit-learn's pipeline and alt-profanity-check.

Texts are public Wikipedia comments if `--data` has them, otherwise generated ones. One thread; medians of three
interleaved rounds. Times depend on the machine, so compare only within one run.
"""

import argparse
import gzip
import json
import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.tools import need

try:
    import numpy as np
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline, make_union
    from threadpoolctl import threadpool_limits
except ImportError:
    need("sklearn", "threadpoolctl")

from models.artifact import SHIPPED
from models.scorer import Scorer, ScoringInput
from models.training.synthetic import generate
from moderation.process.gc_tuning import freeze_gc
from service.schemas.submission import MAX_BODY

ROUNDS = 3
SINGLES = 1_000
LABELS = 9
EXPLAINING = "Rejoinder, with evidence"
PIPELINE = "scikit-learn pipeline, same n-grams"


@dataclass(frozen=True, slots=True)
class Contender:
    """A classifier. score: scores a batch in one call. singles: how many texts are scored one by one."""

    name: str
    score: Callable[[Sequence[str]], object]
    singles: int = SINGLES


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    chosen = options.parse_args()
    with threadpool_limits(1):
        measure(comments(chosen.data))


def measure(texts: Sequence[str]) -> None:
    """Print the table of speeds, then load time, size and worst-case texts."""
    warm, cold = texts[: len(texts) // 2], texts[len(texts) // 2 :]
    words = np.mean([len(text.split()) for text in texts])
    print(f"{len(texts):,} comments, {words:.0f} words each on average; half of them are for warming up\n")
    contenders = list(all_contenders(warm))
    rounds: dict[str, list[tuple[float, float, float]]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        contender.score(warm)
    freeze_gc()  # as every program that scores does
    for number in range(ROUNDS):
        texts_of_round = cold[number::ROUNDS]
        for contender in contenders:
            rounds[contender.name].append((*_singles(contender, texts_of_round), _batch(contender, texts_of_round)))
    medians = {
        name: [statistics.median(column) for column in zip(*measured, strict=True)]
        for name, measured in rounds.items()
    }
    pipeline, _, pipeline_rate = medians[PIPELINE]
    print(f"{'':44} single p50 µs  p99 µs  batch comments/s  speed relative to the pipeline: single, batch")
    for name, (p50, p99, rate) in medians.items():
        times = f"{pipeline / p50:24.1f} {rate / pipeline_rate:7.1f}"
        print(f"{name:44} {p50:13,.0f} {p99:7,.0f} {rate:17,.0f} {times}")
    facts(medians[EXPLAINING][0])


def all_contenders(texts: Sequence[str]) -> Sequence[Contender]:
    explaining, bare = Scorer.load(), Scorer.load()
    contenders = [
        Contender(
            EXPLAINING,
            lambda batch: explaining.score_many([ScoringInput(body=text) for text in batch]),
        ),
        Contender(
            "Rejoinder, without evidence",
            lambda batch: bare.score_many([ScoringInput(body=text) for text in batch], with_evidence=False),
        ),
        Contender(PIPELINE, sklearn_pipeline(texts).predict_proba, singles=200),
    ]
    try:
        from profanity_check import predict_prob
    except ImportError:
        return contenders
    return [
        *contenders,
        Contender(
            "alt-profanity-check (one label, words only)", lambda batch: predict_prob(list(batch)), singles=200
        ),
    ]


def sklearn_pipeline(texts: Sequence[str]) -> OneVsRestClassifier:
    """Words, pairs and character n-grams of 2 to 5, hashed; eight labels. Fitted on noise: only its speed matters."""
    grams = make_union(
        HashingVectorizer(ngram_range=(1, 2), n_features=1 << 18, alternate_sign=False),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=1 << 18, alternate_sign=False),
    )
    truth = np.random.default_rng(0).random((1000, LABELS)) < 0.3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # three steps are not meant to converge
        return make_pipeline(grams, OneVsRestClassifier(LogisticRegression(max_iter=3))).fit(
            list(texts[:1000]), truth
        )


def _singles(contender: Contender, texts: Sequence[str]) -> tuple[float, float]:
    times = []
    for text in texts[: contender.singles]:
        started = time.perf_counter()
        contender.score([text])
        times.append((time.perf_counter() - started) * 1e6)
    return float(np.median(times)), float(np.quantile(times, 0.99))


def _batch(contender: Contender, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    for i in range(0, len(texts), 256):
        contender.score(texts[i : i + 256])
    return len(texts) / (time.perf_counter() - started)


def facts(usual: float) -> None:
    """Print the size, the load time, and the time for worst-case texts of the maximum length.

    usual: the time for one usual comment, in µs.
    """
    size = sum(path.stat().st_size for path in SHIPPED.iterdir())
    started = time.perf_counter()
    scorer = Scorer.load()
    print(f"\nartifact {size / 1e6:.1f} MB, loaded in {(time.perf_counter() - started) * 1e3:.0f} ms")
    times = {}
    for name, text in worst_texts().items():
        started = time.perf_counter()
        scorer.score(ScoringInput(body=text))
        times[name] = (time.perf_counter() - started) * 1e6
        print(f"worst text of {MAX_BODY:,} characters, {name}: {times[name] / 1e3:.1f} ms")
    worst = max(times, key=lambda name: times[name])
    print(f"the worst of them, {worst}, takes as long as {times[worst] / usual:.0f} usual comments (at most 100)")


def worst_texts() -> dict[str, str]:
    """Worst-case texts of the maximum length."""
    numbers = np.random.default_rng(0)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(numbers.choice(letters, 7)) for _ in range(MAX_BODY // 7)]
    odd = numbers.integers(256, 12_288, (MAX_BODY // 4 + 1, 3))
    texts = {
        "every word new": " ".join(words),
        "no spaces": "".join(words) + "abc",
        "spaced out": " ".join("".join(words)),
        "one letter": "a" * MAX_BODY,
        "marks": "e" + "\u0301" * MAX_BODY,
        "marks of many classes": "e" + "\u0300\u0316\u0334\u0345\u0327\u0328\u031b" * MAX_BODY,
        "one ideograph per word": " ".join(map(chr, numbers.integers(0x4E00, 0x9FFF, MAX_BODY))),
        "three rare letters per word": " ".join("".join(map(chr, three)) for three in odd),
        "bold letters": "".join(chr(0x1D41A + ord(c) - 97) for c in "".join(words)),
        "links": "http://a.example/b " * MAX_BODY,
    }
    return {name: text[:MAX_BODY] for name, text in texts.items()}


def comments(data: Path) -> list[str]:
    """Public comments if available, otherwise generated ones. Deterministic."""
    path = data / "train/jigsaw_toxic_train/train.jsonl.gz"
    if not path.exists():
        return [sample.body for sample in generate(24_000, seed=1)]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"][:2000] for _, line in zip(range(24_000), lines, strict=False)]


if __name__ == "__main__":
    main()
