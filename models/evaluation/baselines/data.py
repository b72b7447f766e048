"""The training data of baselines, and their common interface."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.features.ngrams import Floats
from models.training.datasets import Example

HEADS: Final = ("insult", "abuse")
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Texts to train on.

    truth: shape (n_texts, 2), by HEADS, NaN where unknown. weight: shape (n_texts,).
    """

    texts: Sequence[str]
    truth: Floats
    weight: Floats

    def known(self) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
        """For each head: the indices of its labelled texts, their labels and their weights."""
        for truth in self.truth.T:
            chosen = np.flatnonzero(~np.isnan(truth))
            yield chosen, truth[chosen], self.weight[chosen]

    def subsample(self, size: int) -> "TrainingSet":
        """A random subset of at most `size` texts. Deterministic."""
        chosen = np.sort(np.random.default_rng(0).permutation(len(self.texts))[:size])
        return TrainingSet([self.texts[i] for i in chosen], self.truth[chosen], self.weight[chosen])


@dataclass(frozen=True, slots=True)
class Baseline:
    """A trained classifier.

    score: returns shape (n_texts, 2), by HEADS; any scale that increases with the probability.
    size: bytes of everything that a program must load. note: limits of its training.
    is_network: whether it is a small network, which is also tried as the second stage of a cascade.
    """

    name: str
    score: Callable[[Sequence[str]], Doubles]
    size: int
    note: str = ""
    is_network: bool = False


def training_part(examples: Sequence[Example]) -> TrainingSet:
    """The examples that our own abuse and insult heads are trained on."""
    chosen = [e for e in examples if e.part == "train" and any(head in e.labels for head in HEADS)]
    truth = np.array([[e.labels.get(head, np.nan) for head in HEADS] for e in chosen], dtype=np.float32)
    return TrainingSet([e.text for e in chosen], truth, np.array([e.weight for e in chosen], dtype=np.float32))
