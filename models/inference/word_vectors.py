"""One row of numbers for each distinct word: the known ones from the artifact, new ones remembered for a while."""

from typing import Final

import numpy as np

from models.artifact import Artifact
from models.features.ngrams import Floats, Hashes, Ints, gram_buckets, word_hash
from models.text.lexicon import Lexicon

NEW_WORDS: Final = 32_768


class WordVectors:
    """Looks words up. Not safe for threads: the scorer holds a lock around it."""

    def __init__(self, artifact: Artifact) -> None:
        self._grams = artifact.grams
        self.known = len(artifact.words)
        self.ordinary = artifact.ordinary.tobytes()
        self.lexicon = Lexicon(dict(zip(artifact.words, artifact.counts.tolist(), strict=True)))
        self._rows = np.array(artifact.rows)
        self._hashes = artifact.hashes.astype(np.uint64)
        self._new: dict[str, int] = {}
        self._fresh: list[str] = []

    @property
    def is_full(self) -> bool:
        """Whether it is time to forget."""
        return len(self._new) > NEW_WORDS

    def forget(self) -> None:
        """Forget all new words; their numbers will be given again."""
        self._new, self._fresh = {}, []

    def number(self, word: str) -> int:
        """The number of a word; one that is new gets a row of its own. Call `settle` before asking for it."""
        known = self.lexicon.numbers.get(word)
        if known is not None:
            return known
        number = self._new.get(word)
        if number is None:
            number = self._new[word] = self.known + len(self._new)
            self._fresh.append(word)
        return number

    def settle(self) -> None:
        """Make the rows of all words that were new since the last call, in one go."""
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        last = self.known + len(self._new)
        while last > len(self._rows):
            self._rows = np.concatenate((self._rows, np.zeros_like(self._rows)))
            self._hashes = np.concatenate((self._hashes, np.zeros_like(self._hashes)))
        buckets, owners = gram_buckets(fresh)
        order = owners.argsort(kind="stable")
        starts = owners.take(order).searchsorted(np.arange(len(fresh)))
        grams = self._grams.take(buckets.take(order), axis=0).astype(np.float32)
        places = slice(last - len(fresh), last)
        np.add.reduceat(grams, starts, axis=0, out=self._rows[places])
        self._hashes[places] = [word_hash(word) for word in fresh]

    def take(self, numbers: Ints) -> tuple[Floats, Hashes]:
        """The row of each word, shape (n_words, n_labels), and its hash."""
        return self._rows.take(numbers, axis=0), self._hashes.take(numbers)
