"""`python -m models.training.train`: train the shipped artifact from the public corpora. Same data, same hash."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from threadpoolctl import threadpool_limits

from models.artifact import SHIPPED, Artifact, load, save, write_manifest
from models.features.ngrams import Floats, gram_buckets, word_hash
from models.features.submission import FEATURES, surface
from models.inference.linear_heads import Sums, add_up
from models.inference.token_cache import is_ordinary
from models.scorer import Scorer, ScoringInput
from models.text.lexicon import Lexicon
from models.training.calibration import fit_curve
from models.training.data_mixture import SPAM_WEIGHTS, read_all
from models.training.datasets import LABELS, SOURCES, Example
from models.training.determinism import use_plainest
from models.training.golden_sample import SAMPLE
from models.training.identity_terms import identity_words
from models.training.logistic_regression import FactoredLogistic
from models.training.profanity_templates import SECOND_PERSON
from models.training.vectorizer import Encoded, Encoder, count_words, pair_matrix, rarity, text_matrix, word_matrix

NAME: Final = "rejoinder-2026.11"
DIGITS: Final = 12  # of the frozen sample: the versions of numpy differ in the sixteenth
KEEP_FROM: Final = 5  # times a word must occur in training to have a row of its own
GRAM_SCALE: Final = 0.5  # a word has one row but some twenty n-grams
PAIR_SCALE: Final = 0.8
STEPS: Final = 110
PAIRED: Final = {"spam": 1.5}  # come-ons are known by their phrases; 1 where nothing else is said
SIGN_SCALE: Final = 2.0  # the few signs of a submission must not be starved by the many n-grams
PEAK: Final = {"spam": 0.5}  # how much the loudest window adds to the whole; 0.6 where nothing else is said
AIMED: Final = 0.5  # the share of the insult head in overall abuse: what is aimed at a person weighs more
TO_YOU: Final = 4.0  # what a word for the reader adds to insult; "idiot" weighs 14 there
MAX_IDENTITY_WEIGHT: Final = 1.0  # the most that naming who one is may weigh; "idiot" weighs 17
STRENGTH: Final = {"spam": 3.0}  # C of each head; 1.5 where nothing else is said


@dataclass(frozen=True, slots=True)
class Corpus:
    """All examples as matrices. parts, sources, origins: of each example. texts, pairs, words: blocks of features."""

    examples: Sequence[Example]
    lexicon: Lexicon
    encoded: Encoded
    parts: NDArray[Any]
    sources: NDArray[Any]
    origins: NDArray[Any]
    texts: csr_matrix
    pairs: csr_matrix
    words: csr_matrix
    word_scales: Floats
    pair_scales: Floats


def main() -> None:
    """Train from the command line, and say what was made."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--out", type=Path, default=SHIPPED)
    chosen = options.parse_args()
    use_plainest()
    with threadpool_limits(1):  # one thread adds in one order: the same bits every time
        say(train(chosen.data, chosen.out))


def train(data: Path, out: Path) -> str:
    """Train every head and write the artifact; returns its version."""
    corpus = gather(list(read_all(data)))
    columns = []
    signs = np.zeros(len(FEATURES))
    for label in LABELS:
        *column, head_signs = fit_head(corpus, label)
        columns.append(column)
        signs = signs if head_signs is None else head_signs
    rows, grams, pairs = (np.stack(column, axis=1) for column in zip(*columns, strict=True))
    rows, grams, pairs = (
        blend_insult(boost_second_person(rows, corpus.lexicon)),
        blend_insult(grams),
        blend_insult(pairs),
    )
    rows = cap_identity(rows, corpus.lexicon)
    manifest: dict[str, Any] = {
        "name": NAME,
        "labels": list(LABELS),
        "features": list(FEATURES),
        "heads": {label: {"whole": 1.0, "peak": 0.0, "bias": 0.0} for label in LABELS},
        "sources": [
            {"name": s.name, "licence": s.licence, "file": s.path, "sha256": s.digest(data)} for s in SOURCES
        ],
    }
    artifact = Artifact(
        words=list(corpus.lexicon.numbers),
        rows=rows.astype(np.float32),
        grams=grams.astype(np.float16),
        pairs=pairs.astype(np.float16),
        hashes=np.array([word_hash(word) for word in corpus.lexicon.numbers], dtype=np.uint32),
        counts=np.array(corpus.lexicon.counts, dtype=np.uint32),
        ordinary=np.array([is_ordinary(word, corpus.lexicon) for word in corpus.lexicon.numbers]),
        signs=signs,
        manifest=manifest,
    )
    save(calibrated(artifact, corpus), out)
    return finish(out)


def finish(out: Path) -> str:
    """Note in the manifest what the model says of the frozen sample; returns the model's version."""
    scorer = Scorer.load(out)
    scores = scorer.score_many([ScoringInput(body=text) for text in SAMPLE])
    sample = [
        {"text": text, "spam": round(score.spam, DIGITS), "abuse": round(score.abuse, DIGITS)}
        for text, score in zip(SAMPLE, scores, strict=True)
    ]
    write_manifest({**load(out).manifest, "sample": sample}, out)
    return scorer.version


def gather(examples: Sequence[Example]) -> Corpus:
    """Read all texts into matrices; the words to know are those of the training part."""
    say(f"{len(examples):,} texts read")
    counts = count_words(example.text for example in examples if example.part == "train")
    lexicon = Lexicon({word: times for word, times in counts.most_common() if times >= KEEP_FROM})
    encoded = Encoder(lexicon).encode(example.text for example in examples)
    known = len(lexicon.counts)
    say(f"{len(encoded.numbers):,} words, {known:,} of them known")
    texts, pairs = text_matrix(encoded), pair_matrix(encoded)
    words = word_matrix(encoded.words, known)
    seen = np.bincount(texts.indices, minlength=texts.shape[1]).astype(np.float32)
    word_scales = rarity(words.T @ seen, len(examples))
    word_scales[known:] *= GRAM_SCALE
    pair_scales = rarity(pairs, len(examples)) * PAIR_SCALE
    return Corpus(
        examples=examples,
        lexicon=lexicon,
        encoded=encoded,
        parts=np.array([example.part for example in examples]),
        sources=np.array([example.source for example in examples]),
        origins=np.array([example.corpus or example.source for example in examples]),
        texts=texts,
        pairs=(pairs @ diags(pair_scales)).tocsr().astype(np.float32),
        words=(words @ diags(word_scales)).tocsr().astype(np.float32),
        word_scales=word_scales,
        pair_scales=pair_scales,
    )


def fit_head(
    corpus: Corpus, label: str, *, missing: NDArray[np.bool_] | None = None, steps: int = STEPS
) -> tuple[Floats, Floats, Floats, NDArray[np.float64] | None]:
    """The weights of one label: of the known words, of n-grams, of pairs, and for spam of the surface features.

    missing: shape (n_examples,), what must not teach; None for nothing. steps: the solver's, at most.
    """
    truth, weight = targets(corpus.examples, label)
    teaches = (corpus.parts == "train") & ~np.isnan(truth) & (weight > 0)
    fit = np.flatnonzero(teaches if missing is None else teaches & ~missing)
    paired = np.float32(PAIRED.get(label, 1.0))
    blocks = [(corpus.texts[fit], corpus.words), (corpus.pairs[fit] * paired,)]
    blocks.append((measured(corpus, fit) * SIGN_SCALE,) if label == "spam" else (one_hot(corpus.origins[fit]),))
    model = FactoredLogistic(C=STRENGTH.get(label, 1.5), max_iter=steps).fit(blocks, truth[fit], weight[fit])
    say(f"{label}: {len(fit):,} texts, {model.n_iter_} steps")
    known = len(corpus.lexicon.counts)
    grams = model.coef_[0][known:] * corpus.word_scales[known:]
    rows = np.asarray(corpus.words[:known] @ model.coef_[0])
    signs = model.coef_[2].astype(np.float64) * SIGN_SCALE if label == "spam" else None
    return rows, grams, model.coef_[1] * corpus.pair_scales * paired, signs


def boost_second_person(rows: Floats, lexicon: Lexicon) -> Floats:
    """The rows of words, those for the reader raised under insult: an insult is said to somebody who is there.

    Wikipedia's labels count insults of the absent as well, so the corpora alone say too little about "you".
    """
    said = [lexicon.numbers[word] for word in SECOND_PERSON if word in lexicon]
    rows[said, LABELS.index("insult")] += TO_YOU
    return rows


def blend_insult(columns: Floats) -> Floats:
    """The columns of all labels, with a share of insult in overall abuse."""
    abuse, insult = LABELS.index("abuse"), LABELS.index("insult")
    columns[:, abuse] = (1.0 - AIMED) * columns[:, abuse] + AIMED * columns[:, insult]
    return columns


def cap_identity(rows: Floats, lexicon: Lexicon) -> Floats:
    """The rows of words, those that name who people are capped: a name is no abuse. Identity attack keeps them."""
    named = [lexicon.numbers[word] for word in identity_words() if word in lexicon]
    capped = [at for at, label in enumerate(LABELS) if label not in ("identity_attack", "spam")]
    cells = np.ix_(named, capped)
    rows[cells] = np.minimum(rows[cells], MAX_IDENTITY_WEIGHT)
    return rows


def targets(examples: Sequence[Example], label: str) -> tuple[Floats, Floats]:
    """What each example says of a label, NaN where nothing, and how much that counts."""
    truth = np.array([example.labels.get(label, np.nan) for example in examples], dtype=np.float32)
    if label == "spam":
        return truth, np.array([SPAM_WEIGHTS.get(example.source, 0.0) for example in examples], dtype=np.float32)
    return truth, np.array([example.weight for example in examples], dtype=np.float32)


def measured(corpus: Corpus, chosen: NDArray[np.int64]) -> csr_matrix:
    """The surface features of the chosen examples, shape (n_chosen, n_features)."""
    return csr_matrix(
        np.array([surface(corpus.examples[i], corpus.lexicon.correct) for i in chosen], dtype=np.float32)
    )


def one_hot(sources: NDArray[Any]) -> csr_matrix:
    """A column per source, so that a source's share of abuse is not learned as words; dropped when serving."""
    kinds, numbers = np.unique(sources, return_inverse=True)
    cells = (np.ones(len(sources), dtype=np.float32), (np.arange(len(sources)), numbers))
    return csr_matrix(cells, shape=(len(sources), len(kinds)))


def calibrated(artifact: Artifact, corpus: Corpus) -> Artifact:
    """The artifact with the curves that turn its sums into probabilities, fitted on texts kept aside."""
    heads = {}
    for at, label in enumerate(LABELS):
        truth, weight = targets(corpus.examples, label)
        tune = (corpus.parts == "tune") & ~np.isnan(truth) & (weight > 0) & (corpus.encoded.lengths > 0)
        if label != "spam":
            tune &= corpus.sources == "jigsaw"  # the only corpus with the natural share of abuse
        chosen = np.flatnonzero(tune)
        sums = sums_of(artifact, corpus.encoded, chosen)
        peak = PEAK.get(label, 0.6)
        added = sums.whole[:, at] + peak * sums.peak[:, at]
        if label == "spam":
            added = added + measured(corpus, chosen) @ artifact.signs
        curve = fit_curve(added, peak, truth[chosen], weight[chosen], rare=label == "spam")
        heads[label] = {"whole": curve.whole, "peak": curve.peak, "bias": curve.bias}
        say(f"{label}: {curve}")
    signs = artifact.signs * heads["spam"]["whole"]
    return replace(artifact, signs=signs, manifest={**artifact.manifest, "heads": heads})


def sums_of(artifact: Artifact, encoded: Encoded, chosen: NDArray[np.int64]) -> Sums:
    """Sums of the chosen texts by the code that serves; a word that is not known is made of its n-grams."""
    starts = encoded.ends - encoded.lengths
    texts = [encoded.numbers[starts[i] : encoded.ends[i]] for i in chosen]
    numbers = np.concatenate(texts)
    distinct, places = np.unique(numbers, return_inverse=True)
    known = len(artifact.words)
    table = np.zeros((len(distinct), artifact.rows.shape[1]))
    new = distinct >= known
    table[~new] = artifact.rows[distinct[~new]]
    spelled = [encoded.words[i] for i in distinct[new]]
    buckets, owners = gram_buckets(spelled)
    made = np.zeros((len(spelled), table.shape[1]))
    np.add.at(made, owners, artifact.grams[buckets].astype(np.float64))
    table[new] = made
    hashes = np.array([word_hash(encoded.words[i]) for i in distinct], dtype=np.uint64)
    lengths = np.array([len(text) for text in texts])
    return add_up(artifact, numbers, table[places], hashes[places], lengths)


_BEGAN: Final = time.monotonic()


def say(words: object) -> None:
    """Print one line of progress, with the seconds since the start."""
    print(f"{time.monotonic() - _BEGAN:6.0f} s  {words}", flush=True)


if __name__ == "__main__":
    main()
