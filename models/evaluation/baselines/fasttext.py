"""fastText: supervised vectors of words, pairs and character n-grams. Needs the package fasttext."""

import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from math import log
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from models.evaluation.baselines.data import Baseline, Doubles, TrainingSet

ROUNDS: Final = 3
RATE: Final = 0.2
_SHAPE: Final = {"dim": 32, "wordNgrams": 2, "minn": 2, "maxn": 5, "bucket": 1 << 18, "minCount": 5}


def fasttext_baseline(training_set: TrainingSet) -> Baseline | None:
    """One supervised model per head; None if `fasttext` is not installed.

    Each trains in a new process: in a process that had trained other baselines, it failed with "Encountered NaN".
    """
    try:
        import fasttext
    except ImportError:
        return None
    with (
        TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh,
    ):
        models, size = [], 0
        for chosen, truth, weight in training_set.known():
            lines, file = Path(folder) / "lines.txt", Path(folder) / "model.bin"
            texts = [training_set.texts[i] for i in chosen]
            lines.write_text(_labelled(texts, truth, weight), encoding="utf-8")
            fresh.submit(_learn, str(lines), str(file)).result()
            models.append(fasttext.load_model(str(file)))
            size += file.stat().st_size

    def score(texts: Sequence[str]) -> Doubles:
        return np.array([[_odds(model, _line(text)) for model in models] for text in texts])

    return Baseline(
        "fastText, words 1-2, n-grams 2-5, 32 d",
        score,
        size,
        f"of {len(training_set.texts):,} texts, weights by sampling, {ROUNDS} rounds",
    )


def _learn(lines: str, file: str) -> None:
    import fasttext

    model = fasttext.train_supervised(lines, epoch=ROUNDS, lr=RATE, thread=1, verbose=0, **_SHAPE)
    model.save_model(file)


def _labelled(texts: Sequence[str], truth: Any, weight: Any) -> str:
    """A training file. fastText has no weights, so a text of weight 0.2 is included with probability 0.2."""
    draw = random.Random(0).random
    kept = [(text, bad) for text, bad, w in zip(texts, truth, weight, strict=True) if draw() < w]
    random.Random(1).shuffle(kept)  # fastText trains in file order
    return "".join(f"__label__{bad:.0f} {_line(text)}\n" for text, bad in kept)


def _line(text: str) -> str:
    return " ".join(text.lower().split()).replace("__label__", "")


def _odds(model: Any, line: str) -> float:
    found = model.f.predict(f"{line}\n", 2, 0.0, "strict")  # its Python wrapper does not support numpy 2
    chances = {label: chance for chance, label in found}
    chance = min(max(chances.get("__label__1", 0.0), 1e-7), 1 - 1e-7)
    return log(chance / (1 - chance))
