"""`python -m models.training.encoder_head`: trains our head on the optional multilingual encoder, in ten minutes.

The head is a logistic regression on the encoder's numbers, from samples of the corpora and of the phrase books. Each
pair of corpus and language counts alike, with as many bad as innocent texts. What it adds to our own log-odds is
calibrated on the held-out tenth of the real corpora; languages without one get the mean of the others.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from models.inference.sentence_encoder import (
    DIMENSIONS,
    FOLDER,
    HEAD,
    MANIFEST,
    SentenceEncoder,
    package_folder,
)
from models.scorer import Scorer, ScoringInput
from models.training.abuse_families import ABUSE_FAMILIES, LANGUAGES, family_sentences
from models.training.calibration import RARE_SHARE
from models.training.datasets import SOURCES, Example
from models.training.determinism import use_portable_arithmetic
from models.training.profanity_templates import profanity_sentences
from models.training.train import log_progress

Doubles = NDArray[np.float64]

NAME: Final = "use"
WEIGHTS: Final = {"germeval": 1.0, "told_br": 1.0, "mlma_fr": 1.0, "mlma_en": 1.0, "beep": 1.0, "jigsaw": 1.0,
                  "civil": 1.0, "paradetox": 1.0, "hatexplain": 1.0, "families": 0.6, "manners": 0.1}  # fmt: skip
"""How much a corpus counts in each of its languages."""

LONG: Final = 400  # characters of English comments from which they are left out: they cost most and teach least
MOST: Final = {"en": 3_000}  # texts of a corpus; 5,000 in other languages
PER_FAMILY: Final = 45  # sentences of each side in each language
MANNERS_EVERY: Final = 7
CALIBRATED_ON: Final = {"de": "germeval", "pt": "told_br", "fr": "mlma_fr", "ko": "beep"}
ASKED: Final = ("de", "es", "fr", "it", "ko", "nl", "pt", "tr")
"""The languages for which there is something to measure with."""

UNMEASURED: Final = ("de", "fr", "pt")  # whose mean calibration is that of the languages without real comments
MOST_ADDED: Final = 2.0
DIGITS: Final = 4
SAMPLE: Final = (
    "Danke, das Rezept ist uns gut gelungen.",
    "Verschwinde, dich will hier keiner haben.",
    "Bu yazı için çok teşekkür ederim.",
    "Nadie te quiere, vete de aquí.",
)


def main() -> None:
    """Train from the command line and print the version."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--out", type=Path, default=FOLDER)
    chosen = options.parse_args()
    use_portable_arithmetic()
    with threadpool_limits(1):  # as in models/training/train.py
        log_progress(train(chosen.data, chosen.out))


def train(data: Path, out: Path) -> str:
    """Train and calibrate the head, and write it with its manifest; returns its version."""
    examples = [*_corpora(data), *_sentences()]
    log_progress(f"{len(examples):,} texts read")
    untrained = SentenceEncoder(np.zeros(DIMENSIONS + 1), {}, {}, 0.0, {}, "")
    vectors = untrained.vectors([example.text for example in examples])
    log_progress("encoded")
    head = _fit(examples, vectors)
    sums = vectors @ head[:-1] + head[-1]
    log_progress("fitted")
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / HEAD, head, allow_pickle=False)
    by_head = dict(zip(SAMPLE, (untrained.vectors(SAMPLE) @ head[:-1] + head[-1]).tolist(), strict=True))
    scorer = Scorer.load()
    manifest = {
        "name": NAME,
        "head": _digest(out / HEAD),
        "languages": calibration(examples, sums, scorer),
        "most": MOST_ADDED,
        "calibrated_with": scorer.version,
        "sample": {text: round(value, DIGITS) for text, value in by_head.items()},
        "encoder": {
            path.relative_to(package_folder()).as_posix(): _digest(path)
            for path in sorted(package_folder().rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        },
        "sources": [
            {"name": source.name, "licence": source.licence, "file": source.path, "sha256": source.digest(data)}
            for source in SOURCES
            if source.name in WEIGHTS
        ],
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return SentenceEncoder.find(out).version


def _corpora(data: Path) -> Iterator[Example]:
    """A sample of each corpus, as many bad texts as innocent ones where there are enough."""
    for source in SOURCES:
        if source.name in WEIGHTS:
            known = [each for each in source.examples(data) if "abuse" in each.labels and each.text.strip()]
            known = [each for each in known if each.language != "en" or len(each.text) < LONG]
            known = [each for each in known if each.part != "test"]
            most = MOST.get(known[0].language, 5_000)
            for is_bad in (0.0, 1.0):
                side = [each for each in known if each.labels["abuse"] == is_bad]
                random.Random(source.name).shuffle(side)
                yield from side[: most // 2]


def _sentences() -> Iterator[Example]:
    """Our own sentences: of the phrase books, and harmless and abusive profanity."""
    for name in ABUSE_FAMILIES:
        for text, labels, language in family_sentences(name, seed=19, limit=PER_FAMILY, languages=LANGUAGES):
            if "abuse" in labels:
                yield Example(text, labels, "families", language=language)
    for n, (text, manner, language) in enumerate(profanity_sentences()):
        if n % MANNERS_EVERY == 0:
            yield Example(text, {"abuse": float(manner != "harmless")}, "manners", language=language)


def _fit(examples: Sequence[Example], vectors: Doubles) -> Doubles:
    """The weights and the bias, shape (DIMENSIONS + 1,)."""
    truth = _truth(examples)
    weights = _balanced(examples, truth)
    fitted = np.flatnonzero(weights)
    model = LogisticRegression(C=1.0, max_iter=300).fit(vectors[fitted], truth[fitted], sample_weight=weights[fitted])
    head = np.append(model.coef_[0], model.intercept_[0])
    return np.asarray(head.round(DIGITS), dtype=np.float64)


def _truth(examples: Sequence[Example]) -> Doubles:
    return np.array([example.labels["abuse"] for example in examples])


def _balanced(examples: Sequence[Example], truth: Doubles) -> Doubles:
    """The weight of each example in training, 1.0 on average; 0.0 for those held out."""
    kinds = [(each.source, each.language) for each in examples]
    is_fitted = np.array([each.source in ("families", "manners") or each.part == "train" for each in examples])
    weights = np.zeros(len(examples))
    order = sorted(range(len(examples)), key=lambda n: (kinds[n], truth[n]))
    for (kind, _), group in groupby(order, key=lambda n: (kinds[n], truth[n])):
        chosen = [n for n in group if is_fitted[n]]
        weights[chosen] = WEIGHTS[kind[0]] / max(1, len(chosen))
    return np.asarray(weights * (np.count_nonzero(weights) / weights.sum()), dtype=np.float64)


def calibration(examples: Sequence[Example], sums: Doubles, scorer: Scorer) -> dict[str, dict[str, float]]:
    """The slope and the offset of what the head adds to our own log-odds, by language."""
    truth = _truth(examples)
    fitted: dict[str, tuple[float, float]] = {}
    for language, source in CALIBRATED_ON.items():
        chosen = [n for n, each in enumerate(examples) if each.source == source and each.part == "tune"]
        scores = scorer.score_many([ScoringInput(examples[n].text) for n in chosen], with_evidence=False)
        ours = np.array([score.lines.shipped.abuse for score in scores if score.lines])
        fitted[language] = _slope_and_offset(ours, sums[chosen], truth[chosen])
    usual = np.mean([fitted[each] for each in UNMEASURED], axis=0).tolist()
    chosen_for = {language: fitted.get(language, usual) for language in ASKED}
    return {
        language: {"slope": round(slope, DIGITS), "offset": round(offset, DIGITS)}
        for language, (slope, offset) in chosen_for.items()
    }


def _slope_and_offset(ours: Doubles, sums: Doubles, truth: Doubles) -> tuple[float, float]:
    """Fit ours + slope * sums + offset by log-loss, as if RARE_SHARE of the texts were abusive."""
    weights = np.where(truth > 0.5, RARE_SHARE / truth.sum(), (1 - RARE_SHARE) / (1 - truth).sum())
    signs = 1.0 - 2.0 * truth

    def loss(line: Doubles) -> float:
        return float((weights * np.logaddexp(0.0, signs * (ours + line[0] * sums + line[1]))).sum())

    slope, offset = minimize(loss, [0.5, 0.0]).x
    return float(slope), float(offset)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
