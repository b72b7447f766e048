"""`python -m models.training.language_table`: makes `models/features/language_table.npy`, the same one every time.

Needs the package wordfreq (`pip install wordfreq==3.1.1`), which nothing else does. Each language gets texts of words
drawn by their frequency, a third of them without accents, as people type. A multinomial logistic regression on hashed
n-grams tells the texts apart. Word order is lost, but n-grams do not cross words, so nothing depends on it.
"""

import argparse
import re
import unicodedata
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from models.features import languages
from models.features.languages import BITS, LANGUAGES, STEP, language_buckets
from models.features.ngrams import Floats
from models.training.determinism import use_portable_arithmetic

TEXTS: Final = 4_000  # for each language
ENGLISH_TEXTS: Final = 8_000  # the language of most comments
MEAN_WORDS: Final = 8
MAX_WORDS: Final = 25
FLATTENED: Final = 0.9  # exponent of the frequencies, so that rarer words are seen too
FOLDED: Final = 0.3
STEPS: Final = 120
REGULARIZATION: Final = 1e-5
WRITTEN_WITH_ACCENTS: Final = frozenset(("ru", "uk", "bg"))  # where a letter without its mark is another letter
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STROKES = str.maketrans({"ı": "i", "ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae"})


def main() -> None:
    """Make the table from the command line and write it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=Path(languages.__file__).with_name("language_table.npy"))
    chosen = options.parse_args()
    use_portable_arithmetic()
    with threadpool_limits(1):
        np.save(chosen.out, language_table(), allow_pickle=False)


def language_table() -> NDArray[np.int8]:
    """Shape (2 ** BITS + 1, n_languages); see `models.features.languages`."""
    rng = np.random.default_rng(0)
    texts, truth = [], []
    for number, language in enumerate(LANGUAGES):
        drawn = _texts(language, ENGLISH_TEXTS if language == "en" else TEXTS, rng)
        texts += drawn
        truth += [number] * len(drawn)
    weights = _fit(_matrix(texts), np.array(truth))
    return np.round(weights / STEP).clip(-127, 127).astype(np.int8)


def _texts(language: str, count: int, rng: np.random.Generator) -> list[list[str]]:
    frequencies = import_module("wordfreq").get_frequency_dict(language, wordlist="small")
    words = sorted(word for word in frequencies if _WORD.fullmatch(word))
    chances = np.array([frequencies[word] for word in words]) ** FLATTENED
    lengths = np.minimum(MAX_WORDS, 1 + rng.geometric(1 / MEAN_WORDS, count))
    drawn = iter(rng.choice(len(words), size=lengths.sum(), p=chances / chances.sum()).tolist())
    is_folded = rng.random(count) < (0 if language in WRITTEN_WITH_ACCENTS else FOLDED)
    texts = []
    for length, folded in zip(lengths.tolist(), is_folded.tolist(), strict=True):
        text = [words[next(drawn)] for _ in range(length)]
        texts.append([_without_accents(word) for word in text] if folded else text)
    return texts


def _without_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.translate(_STROKES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _matrix(texts: Sequence[list[str]]) -> csr_matrix:
    """Shape (n_texts, 2 ** BITS): how often each bucket occurs, divided by the root of the number of n-grams."""
    words = sorted({word for text in texts for word in text})
    ids = {word: number for number, word in enumerate(words)}
    buckets, owners = language_buckets(words)
    grams = csr_matrix((np.ones(len(buckets), np.float32), (owners, buckets)), shape=(len(words), 1 << BITS))
    ends = np.cumsum([0, *map(len, texts)])
    columns = [ids[word] for text in texts for word in text]
    counts = csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(texts), len(words))) @ grams
    totals = np.asarray(counts.sum(axis=1)).ravel()
    counts.data /= np.sqrt(totals).repeat(np.diff(counts.indptr)).astype(np.float32)
    return counts.tocsr()


def _fit(texts: csr_matrix, truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """The weights of the buckets and, in the last row, the biases."""
    rows, shape = np.arange(len(truth)), (texts.shape[1] + 1, len(LANGUAGES))
    wanted = np.zeros((len(truth), len(LANGUAGES)), dtype=np.float32)
    wanted[rows, truth] = 1.0
    transposed = texts.T.tocsr()

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights: Floats = parameters.reshape(shape).astype(np.float32)
        logits = texts @ weights[:-1] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        totals = odds.sum(axis=1, keepdims=True)
        errors = (odds / totals - wanted) / len(truth)
        gradient: Any = np.vstack([transposed @ errors, errors.sum(axis=0, keepdims=True)]) + REGULARIZATION * weights
        fit = float((np.log(totals[:, 0]) - logits[rows, truth]).mean())
        return fit + 0.5 * REGULARIZATION * float((weights**2).sum()), gradient.ravel().astype(np.float64)

    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x.reshape(shape))


if __name__ == "__main__":
    main()
