"""What every rival is given, and what it gives back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.features.ngrams import Floats
from models.training.datasets import Example

HEADS: Final = ("insult", "abuse")  # the labels that the bars measure
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Texts to train on.

    truth: shape (n_texts, 2), by HEADS, NaN where nothing is known. weight: shape (n_texts,).
    """

    texts: Sequence[str]
    truth: Floats
    weight: Floats

    def known(self) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
        """For each head the texts that say something of it, what they say, and how much that counts."""
        for truth in self.truth.T:
            chosen = np.flatnonzero(~np.isnan(truth))
            yield chosen, truth[chosen], self.weight[chosen]

    def thinned(self, size: int) -> "TrainingSet":
        """A random part with at most `size` texts, the same one every time."""
        chosen = np.sort(np.random.default_rng(0).permutation(len(self.texts))[:size])
        return TrainingSet([self.texts[i] for i in chosen], self.truth[chosen], self.weight[chosen])


@dataclass(frozen=True, slots=True)
class Baseline:
    """Something that scores texts. score: gives shape (n_texts, 2), by HEADS, any number that grows with the chance.

    size: bytes of all that a program must load to score. note: what was left out of its training, or other.
    second: whether it is a small network, to be tried as second opinion too.
    """

    name: str
    score: Callable[[Sequence[str]], Doubles]
    size: int
    note: str = ""
    second: bool = False


def training_part(examples: Sequence[Example]) -> TrainingSet:
    """The examples that train our own heads for abuse and insult, and no others."""
    chosen = [e for e in examples if e.part == "train" and any(head in e.labels for head in HEADS)]
    truth = np.array([[e.labels.get(head, np.nan) for head in HEADS] for e in chosen], dtype=np.float32)
    return TrainingSet([e.text for e in chosen], truth, np.array([e.weight for e in chosen], dtype=np.float32))
